import { z } from "zod";

import { createPageSchema, pageFields } from "../pagination.ts";
import { id } from "../text.ts";
import { documentShortcut } from "./favorite.ts";

export const visitListInput = z.strictObject({
  workspaceId: id.describe("The workspace whose documents are listed. Only the caller sees their visits."),
  ...pageFields,
});
export const visitList = createPageSchema(documentShortcut);
export const visitInput = z.strictObject({
  documentId: id.describe("The document that the caller opened. It moves to the top of the list."),
});
