import { insertDocument } from "../../documents.ts";
import type { MatrixFixture } from "../fixture.ts";
import type { Rows } from "../fixture.ts";

async function createShare(world: MatrixFixture) {
  const documentId = await insertDocument(world, { content: "Some text.\n" });
  return world.people.owner.client.document.share.create({ documentId });
}

export const shareRows: Rows = {
  "document.share.create": async (world) => ({ documentId: await insertDocument(world), expiresInDays: 7 }),
  "document.share.list": async (world) => ({ documentId: await insertDocument(world) }),
  "document.share.revoke": async (world) => {
    const { documentId, id } = await createShare(world);
    return { documentId, id };
  },
  "document.share.read": async (world) => ({ token: (await createShare(world)).token }),
};
