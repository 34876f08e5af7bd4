import { insertDocument } from "../../documents.ts";
import type { Rows } from "../fixture.ts";

export const favoriteRows: Rows = {
  "document.favorite.list": ({ workspaceId }) => ({ workspaceId }),
  "document.favorite.add": async (world) => ({ documentId: await insertDocument(world) }),
  "document.favorite.remove": async (world) => ({ documentId: await insertDocument(world) }),
};
