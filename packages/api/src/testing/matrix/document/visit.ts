import { insertDocument } from "../../documents.ts";
import type { Rows } from "../fixture.ts";

export const visitRows: Rows = {
  "document.visit.list": ({ workspaceId }) => ({ workspaceId }),
  "document.visit.record": async (fixture) => ({ documentId: await insertDocument(fixture) }),
};
