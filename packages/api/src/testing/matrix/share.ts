import { aDocument } from "../documents.ts";
import type { Rows } from "./rows.ts";
import type { World } from "./world.ts";

async function aShare(world: World) {
  const documentId = await aDocument(world, { content: "Some text.\n" });
  return world.people.owner.client.document.share.create({ documentId });
}

export const shareRows: Rows = {
  "document.share.create": async (world) => ({ documentId: await aDocument(world), expiresInDays: 7 }),
  "document.share.list": async (world) => ({ documentId: await aDocument(world) }),
  "document.share.revoke": async (world) => {
    const { documentId, id } = await aShare(world);
    return { documentId, id };
  },
  "document.share.read": async (world) => ({ token: (await aShare(world)).token }),
};
