import { z } from "zod";

import { createPageSchema, pageFields } from "../pagination.ts";
import { id } from "../text.ts";

/** A document in a personal list. */
export const documentShortcut = z.object({
  id: id.describe("The document that the entry leads to."),
  title: z.string().describe("The document's current title."),
  folderId: id.nullable().describe("The folder that contains it. Null for the top level."),
});
export type DocumentShortcut = z.infer<typeof documentShortcut>;

export const favoriteListInput = z.strictObject({
  workspaceId: id.describe("The workspace whose documents are listed. Only the caller sees their favorites."),
  ...pageFields,
});
export const favoriteList = createPageSchema(documentShortcut);
export const favoriteInput = z.strictObject({
  documentId: id.describe(
    "The document to add or remove. If it was already added or removed, nothing changes.",
  ),
});
