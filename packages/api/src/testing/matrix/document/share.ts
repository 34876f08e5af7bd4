import { insertDocument } from "../../documents.ts";
import type { MatrixFixture } from "../fixture.ts";
import type { Rows } from "../fixture.ts";

async function createShare(fixture: MatrixFixture) {
  const documentId = await insertDocument(fixture, { content: "Some text.\n" });
  return fixture.people.owner.client.document.share.create({ documentId });
}

export const shareRows: Rows = {
  "document.share.create": async (fixture) => ({
    documentId: await insertDocument(fixture),
    expiresInDays: 7,
  }),
  "document.share.list": async (fixture) => ({ documentId: await insertDocument(fixture) }),
  "document.share.revoke": async (fixture) => {
    const { documentId, id } = await createShare(fixture);
    return { documentId, id };
  },
  "document.share.read": async (fixture) => ({ token: (await createShare(fixture)).token }),
};
