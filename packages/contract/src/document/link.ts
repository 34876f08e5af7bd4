import { z } from "zod";

import { maxNameLength } from "../limits.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { id, name, multiline, secret } from "../text.ts";

/**
 * Documents refer to each other by relative paths, as files do: `../Guides/Profiling.md` is the document "Profiling" in
 * the folder "Guides" beside one's own. So a link works here, in an export, and wherever else Markdown is read. A wiki link
 * is given in its brackets, `[[Profiling]]`, with what follows `#` behind them, and finds a document by its name.
 */
export const linkPath = multiline(4096).min(1);

export const linkResolveInput = z.strictObject({ documentId: id, path: linkPath });
/** Null where the path leads to no document of the workspace. */
export const linkResolution = z.object({ document: z.object({ id, title: z.string() }).nullable() });
export type LinkResolution = z.infer<typeof linkResolution>;

/** `query` is a part of a title; with none, the newest documents come. */
export const linkSuggestInput = z.strictObject({
  documentId: id,
  query: multiline(200).default(""),
  limit: z.int().min(1).max(50).default(10),
});
export type LinkSuggestInput = z.infer<typeof linkSuggestInput>;
export const linkSuggestions = z.object({
  items: z.array(
    z.object({
      id,
      title: z.string(),
      /** What a link in the document says to lead there, ready to be put between parentheses. */
      path: z.string(),
    }),
  ),
});
export type LinkSuggestions = z.infer<typeof linkSuggestions>;

export const backlinksInput = z.strictObject({
  documentId: id,
  ...pageFields,
  limit: pageFields.limit.unwrap().max(50).default(20),
});
export type BacklinksInput = z.infer<typeof backlinksInput>;
export const backlink = z.object({
  id,
  title: z.string(),
  /** The first line with a link to the document. */
  line: z.string(),
});
/** The documents that link to a document, newest first. A page may hold fewer than asked for, and not be the last. */
export const backlinkList = createPageSchema(backlink);
export type Backlink = z.infer<typeof backlink>;

/**
 * A document or folder that was renamed or moved, and where it was before: what is left out has not changed. Where it is
 * now, the server knows.
 */
const movedFields = {
  workspaceId: id,
  kind: z.enum(["document", "folder"]),
  id,
  /** The title or name before. */
  fromName: name(1, maxNameLength).optional(),
  /** The folder that it lay in before; null for none. */
  fromFolderId: id.nullish(),
  ...pageFields,
  /** How many documents are looked at. */
  limit: pageFields.limit.unwrap().default(100),
};

export const movedLinkCountInput = z.strictObject(movedFields);
export type MovedLinkCountInput = z.infer<typeof movedLinkCountInput>;
/** What a page of documents adds to the sums. Null in `nextCursor` says that all have been looked at. */
export const movedLinkCount = z.object({
  documents: z.int(),
  /** The places in these documents that an update changes. */
  links: z.int(),
  nextCursor: z.string().nullable(),
});
export type MovedLinkCount = z.infer<typeof movedLinkCount>;

export const movedLinkUpdateInput = z.strictObject({
  ...movedFields,
  /** Names this update: what was done under the same key is not done again. */
  idempotencyKey: secret(8, 100).optional(),
});
export type MovedLinkUpdateInput = z.infer<typeof movedLinkUpdateInput>;
export const movedLinksUpdated = movedLinkCount.extend({
  /** Documents that could not be changed: deleted meanwhile, too large with the new links, or too long to merge in time. */
  skipped: z.int(),
});
export type MovedLinksUpdated = z.infer<typeof movedLinksUpdated>;
