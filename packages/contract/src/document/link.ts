import { z } from "zod";

import { maxNameLength } from "../limits.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { id, name, multiline, secret } from "../text.ts";

/**
 * Documents link to each other by relative paths, like files: `../Guides/Profiling.md` is the document "Profiling" in
 * the sibling folder "Guides". The same link works here, in an export and in other Markdown tools. A wiki link is
 * passed in its brackets, `[[Profiling]]`, followed by its `#` part, and finds a document by name.
 */
export const linkPath = multiline(4096).min(1);

export const linkResolveInput = z.strictObject({ documentId: id, path: linkPath });
/** Null if the path does not lead to a document of the workspace. */
export const linkResolution = z.object({ document: z.object({ id, title: z.string() }).nullable() });
export type LinkResolution = z.infer<typeof linkResolution>;

/** `query` is part of a title. Without one, the newest documents are returned. */
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
      /** The path of a link from the document to this one, ready to be put between parentheses. */
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
/**
 * The documents that link to a document, newest first. A page may hold fewer items than requested without being the
 * last.
 */
export const backlinkList = createPageSchema(backlink);
export type Backlink = z.infer<typeof backlink>;

/**
 * A document or folder that was renamed or moved, and its previous place. Omitted fields are unchanged. The server
 * knows the current place.
 */
const movedFields = {
  workspaceId: id,
  kind: z.enum(["document", "folder"]),
  id,
  /** The previous title or name. */
  fromName: name(1, maxNameLength).optional(),
  /** The previous folder. Null for the root. */
  fromFolderId: id.nullish(),
  ...pageFields,
  /** The number of documents to examine. */
  limit: pageFields.limit.unwrap().default(100),
};

export const movedLinkCountInput = z.strictObject(movedFields);
export type MovedLinkCountInput = z.infer<typeof movedLinkCountInput>;
/** The counts of one page of documents. `nextCursor` is null when all documents have been examined. */
export const movedLinkCount = z.object({
  documents: z.int(),
  /** The links in these documents that an update would change. */
  links: z.int(),
  nextCursor: z.string().nullable(),
});
export type MovedLinkCount = z.infer<typeof movedLinkCount>;

export const movedLinkUpdateInput = z.strictObject({
  ...movedFields,
  /** Identifies this update. Steps that were completed under the same key are not repeated. */
  idempotencyKey: secret(8, 100).optional(),
});
export type MovedLinkUpdateInput = z.infer<typeof movedLinkUpdateInput>;
export const movedLinksUpdated = movedLinkCount.extend({
  /**
   * Documents that could not be changed: deleted in the meantime, too large with the new links, or too slow to merge.
   */
  skipped: z.int(),
});
export type MovedLinksUpdated = z.infer<typeof movedLinksUpdated>;
