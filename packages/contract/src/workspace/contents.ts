import { z } from "zod";

import { pageCursor } from "../pagination.ts";
import { id } from "../text.ts";

/** Maximum number of items per page of a workspace's contents. */
export const maxContentsPage = 1000;

/**
 * Everything in a workspace, for clients that keep a copy. Pages are read one after another, and so at different times.
 * A call with the `marker` of the first page returns the changes since then, as of one moment. Pages of changes are as of
 * one moment if their `eventSeq` is the same.
 */
export const contentsInput = z.strictObject({
  workspaceId: id,
  /**
   * Returns the changes since a marker. RESYNC_REQUIRED means that there are too many, or that a backup was restored:
   * read everything again.
   */
  since: z.string().min(1).max(200).nullish(),
  /** With `since`: documents to include in any case, such as those whose text had no hash. */
  documentIds: z.array(id).max(maxContentsPage).optional(),
  cursor: pageCursor.nullish(),
  /** Without `since`, the default is the maximum. With `since`, changes come in pages only if a limit is given. */
  limit: z.int().min(1).max(maxContentsPage).optional(),
});
export type ContentsInput = z.infer<typeof contentsInput>;

export const contentsItem = z.object({
  kind: z.enum(["folder", "document", "file"]),
  id,
  /** The folder that contains it. Null for the root. */
  folderId: id.nullable(),
  /** A folder's name, a document's title, or a file's path below its folder. */
  name: z.string(),
  /** Of a document. 0 for other kinds. */
  version: z.int(),
  /** SHA-256 of a document's text or a file's bytes. Null for a folder, and for a text that is being edited. */
  hash: z.string().nullable(),
  /**
   * For an attachment that was renamed because another file had its path: its document, and the path in the document's
   * text.
   */
  alias: z.object({ documentId: id, path: z.string() }).nullable(),
  /**
   * Whether it is in the trash or deleted permanently. Such items occur only among changes, without names and other
   * fields.
   */
  isDeleted: z.boolean(),
});
export type ContentsItem = z.infer<typeof contentsItem>;

export const contents = z.object({
  items: z.array(contentsItem),
  nextCursor: z.string().nullable(),
  /** Identifies this moment. Pass it as `since` to get later changes. */
  marker: z.string(),
  /** The number of the newest event at this moment; 0 if there is none. */
  eventSeq: z.int(),
});
export type Contents = z.infer<typeof contents>;

/** Maximum number of documents whose texts are read at once. */
export const maxTextsPage = 100;

export const textsInput = z.strictObject({
  workspaceId: id,
  documentIds: z.array(id).min(1).max(maxTextsPage),
});
export type TextsInput = z.infer<typeof textsInput>;
/**
 * In the order of their IDs, without documents that do not exist. A null text was omitted because of the size limit:
 * request it again.
 */
export const texts = z.object({
  items: z.array(z.object({ id, version: z.int(), content: z.string().nullable() })),
});
export type Texts = z.infer<typeof texts>;
