import { z } from "zod";

import { cursor } from "../pagination.ts";
import { id } from "../text.ts";

/** How many things a page of a workspace's contents has at most. */
export const maxContentsPage = 1000;

/**
 * All that is in a workspace, for those who keep a copy of it. The pages are read one after the other and so at different
 * times; what has changed since the first of them is asked for with its `marker`, and is of one moment.
 */
export const contentsInput = z.strictObject({
  workspaceId: id,
  /** Asks for what has changed since a marker. RESYNC_REQUIRED: too much has, or a backup was restored; read all of it. */
  since: z.string().min(1).max(200).nullish(),
  /** With `since`: documents that are told in any case, as those whose text had no hash. */
  documentIds: z.array(id).max(maxContentsPage).optional(),
  cursor: cursor.nullish(),
  limit: z.int().min(1).max(maxContentsPage).default(maxContentsPage),
});
export type ContentsInput = z.infer<typeof contentsInput>;

export const contentsItem = z.object({
  kind: z.enum(["folder", "document", "file"]),
  id,
  /** The folder that it lies in; null for the root. */
  folderId: id.nullable(),
  /** A folder's name, a document's title, a file's path below its folder. */
  name: z.string(),
  /** Of a document; 0 for all else. */
  version: z.int(),
  /** SHA-256 of a document's text or a file's bytes. Null for a folder, and for a text that is just being edited. */
  hash: z.string().nullable(),
  /** Of an attachment that had to make way for another file: its document, and the path by which that refers to it. */
  alias: z.object({ documentId: id, path: z.string() }).nullable(),
  /** Whether it is in the trash, or gone. Such are told among changes, without their names and all else about them. */
  isDeleted: z.boolean(),
});
export type ContentsItem = z.infer<typeof contentsItem>;

export const contents = z.object({
  items: z.array(contentsItem),
  nextCursor: z.string().nullable(),
  /** Names the moment: ask for what has changed since. */
  marker: z.string(),
});
export type Contents = z.infer<typeof contents>;

/** The texts of how many documents are read at once. */
export const maxTextsPage = 100;

export const textsInput = z.strictObject({
  workspaceId: id,
  documentIds: z.array(id).min(1).max(maxTextsPage),
});
export type TextsInput = z.infer<typeof textsInput>;
/** In the order of their ids, without those that are not there. A null text was left out for the size: ask for it again. */
export const texts = z.object({
  items: z.array(z.object({ id, version: z.int(), content: z.string().nullable() })),
});
export type Texts = z.infer<typeof texts>;
