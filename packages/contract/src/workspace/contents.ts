import { z } from "zod";

import { childrenOrder } from "../document/folder.ts";
import { nextCursor, pageCursor } from "../pagination.ts";
import { id } from "../text.ts";

/** Maximum number of items per page of a workspace's contents. */
export const maxContentsPage = 1000;

/**
 * Everything in a workspace, for clients that keep a copy. Pages are read one after another, and so at different times.
 * A call with the `marker` of the first page returns the changes since then, as of one moment. Pages of changes are as of
 * one moment if their `eventSeq` is the same.
 */
export const contentsInput = z.strictObject({
  workspaceId: id.describe("The workspace to read."),
  since: z
    .string()
    .min(1)
    .max(200)
    .nullish()
    .describe(
      "A `marker`, after which only the changes are returned. `RESYNC_REQUIRED` means that there are too many, or " +
        "that a backup was restored: read everything again. If omitted, everything is returned.",
    ),
  documentIds: z
    .array(id)
    .max(maxContentsPage)
    .optional()
    .describe("With `since`: documents to include in any case, such as those whose text had no hash."),
  cursor: pageCursor
    .nullish()
    .describe("The `nextCursor` of the previous page. If omitted, the first page is returned."),
  limit: z
    .int()
    .min(1)
    .max(maxContentsPage)
    .optional()
    .describe(
      "The maximum number of items on the page. By default, 1,000; with `since`, all changes in one response.",
    ),
});
export type ContentsInput = z.infer<typeof contentsInput>;

export const contentsItem = z.object({
  kind: z
    .enum(["folder", "document", "file"])
    .describe("The kind of item, which determines what `id` identifies."),
  id: id.describe("The folder, document or file."),
  folderId: id.nullable().describe("The folder that contains it. Null for the top level."),
  name: z.string().describe("A folder's name, a document's title, or a file's path below its folder."),
  version: z.int().describe("The version of a document. 0 for other kinds."),
  hash: z
    .string()
    .nullable()
    .describe(
      "SHA-256 of a document's text or a file's bytes, in hexadecimal. Null for a folder, and for a text that is being edited.",
    ),
  alias: z
    .object({
      documentId: id.describe("The document that the attachment belongs to."),
      path: z.string().describe("The path by which the document's text still refers to it."),
    })
    .nullable()
    .describe(
      "For an attachment that was renamed because another file had its path. Null for everything else.",
    ),
  childrenOrder: childrenOrder
    .optional()
    .describe(
      "How a folder's direct contents are ordered, as `document.tree` lists them. Absent for everything else.",
    ),
  isDeleted: z
    .boolean()
    .describe(
      "Whether it is in the trash or was permanently deleted. Such items occur only among changes, without names and " +
        "other fields.",
    ),
});
export type ContentsItem = z.infer<typeof contentsItem>;

export const contents = z.object({
  items: z.array(contentsItem).describe("Folders, then documents, then files; or the changes."),
  nextCursor,
  childrenOrder: childrenOrder.describe("How the top level is ordered, as `document.tree` lists it."),
  marker: z.string().describe("Identifies this moment. Sent as `since`, it returns later changes."),
  eventSeq: z.int().describe("The `seq` of the workspace's newest event at this moment. 0 if there is none."),
});
export type Contents = z.infer<typeof contents>;

/** Maximum number of documents whose texts are read at once. */
export const maxTextsPage = 100;

export const textsInput = z.strictObject({
  workspaceId: id.describe("The workspace that the documents belong to."),
  documentIds: z.array(id).min(1).max(maxTextsPage).describe("The documents whose texts are requested."),
});
export type TextsInput = z.infer<typeof textsInput>;
export const texts = z.object({
  items: z
    .array(
      z.object({
        id: id.describe("One of the requested documents."),
        version: z.int().describe("The version that has this text."),
        content: z
          .string()
          .nullable()
          .describe("The Markdown. Null if the response would be too long: request this document again."),
      }),
    )
    .describe("The documents in the order of their IDs, without those that don't exist."),
});
export type Texts = z.infer<typeof texts>;
