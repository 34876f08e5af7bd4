import { insertDocument } from "../../documents.ts";
import type { Rows } from "../fixture.ts";

export const favoriteRows: Rows = {
  "document.favorite.list": ({ workspaceId }) => ({ workspaceId }),
  "document.favorite.add": async (fixture) => ({ documentId: await insertDocument(fixture) }),
  "document.favorite.remove": async (fixture) => ({ documentId: await insertDocument(fixture) }),
};
