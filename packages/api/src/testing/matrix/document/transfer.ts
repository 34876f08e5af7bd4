import type { Rows } from "../fixture.ts";
import { createTextDocument } from "../text-document.ts";

export const transferRows: Rows = {
  "document.import": ({ workspaceId }) => ({ workspaceId, title: "Imported", content: "Text.\n" }),
  "document.export": ({ workspaceId }) => ({ workspaceId }),
  "document.exportHtml": createTextDocument,
};
