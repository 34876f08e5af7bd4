import { z } from "zod";

import { maxNameLength } from "../limits.ts";
import { pageFields, createPageSchema, nextCursor } from "../pagination.ts";
import { id, name, multiline, secret } from "../text.ts";

/**
 * Documents link to each other by relative paths, like files: `../Guides/Profiling.md` is the document "Profiling" in
 * the sibling folder "Guides". The same link works here, in an export and in other Markdown tools. A wiki link is
 * passed in its brackets, `[[Profiling]]`, followed by its `#` part, and finds a document by name.
 */
export const linkPath = multiline(4096).min(1);

export const linkResolveInput = z.strictObject({
  documentId: id.describe("The document that contains the link."),
  path: linkPath.describe(
    "The link as it is written: a relative path such as `../Guides/Profiling.md`, or a wiki link such as `[[Profiling]]`.",
  ),
});
export const linkResolution = z.object({
  document: z
    .object({
      id: id.describe("The document that the link leads to."),
      title: z.string().describe("That document's title."),
    })
    .nullable()
    .describe("Null if the link leads to no document of the workspace."),
});
export type LinkResolution = z.infer<typeof linkResolution>;

export const linkSuggestInput = z.strictObject({
  documentId: id.describe("The document in which the link is written. Paths are relative to it."),
  query: multiline(200)
    .default("")
    .describe("Part of a title or an alias. If it is empty, the newest documents are suggested."),
  limit: z.int().min(1).max(50).default(10).describe("The maximum number of suggestions."),
});
export type LinkSuggestInput = z.infer<typeof linkSuggestInput>;
export const linkSuggestions = z.object({
  items: z
    .array(
      z.object({
        id: id.describe("A document to link to."),
        title: z.string().describe("That document's title."),
        alias: z
          .string()
          .nullable()
          .describe(
            "The alias or title in its front matter that matches the query, or null if its title does.",
          ),
        path: z.string().describe("The path for a link to it, ready to put between parentheses."),
      }),
    )
    .describe("The documents, best matches first."),
});
export type LinkSuggestions = z.infer<typeof linkSuggestions>;

export const backlinksInput = z.strictObject({
  documentId: id.describe("The document that the links lead to."),
  ...pageFields,
  limit: pageFields.limit
    .unwrap()
    .max(50)
    .default(20)
    .describe("The maximum number of documents on the page."),
});
export type BacklinksInput = z.infer<typeof backlinksInput>;
export const backlink = z.object({
  id: id.describe("A document that contains a link."),
  title: z.string().describe("That document's title."),
  line: z.string().describe("The first line with a link to the document."),
});
/**
 * The documents that link to a document, newest first. A page may hold fewer items than requested without being the
 * last.
 */
export const backlinkList = createPageSchema(backlink);
export type Backlink = z.infer<typeof backlink>;

/** A document or folder that was renamed or moved, and its previous place. The server knows the current place. */
const movedFields = {
  workspaceId: id.describe("The workspace whose links are examined."),
  kind: z.enum(["document", "folder"]).describe("What was renamed or moved."),
  id: id.describe("The document or folder that was renamed or moved."),
  fromName: name(maxNameLength)
    .optional()
    .describe("Its previous title or name. Omit it if it wasn't renamed."),
  fromFolderId: id
    .nullish()
    .describe("Its previous folder; null for the top level. Omit it if it wasn't moved."),
  onlyBroken: z
    .boolean()
    .default(false)
    .describe(
      "With true, links that lead to an existing document or file stay as they are. Use it some time after the move, " +
        "when new links may have been written.",
    ),
  ...pageFields,
  limit: pageFields.limit.unwrap().default(100).describe("The number of documents that this call examines."),
};

export const movedLinkCountInput = z.strictObject(movedFields);
export type MovedLinkCountInput = z.infer<typeof movedLinkCountInput>;
/** The counts of one page of documents. `nextCursor` is null when all documents have been examined. */
export const movedLinkCount = z.object({
  documents: z.int().describe("The number of examined documents with links to the previous place."),
  links: z.int().describe("The number of links in them that an update changes."),
  nextCursor: nextCursor.describe(
    "Sent as `cursor`, it examines more documents. Null when all have been examined.",
  ),
});
export type MovedLinkCount = z.infer<typeof movedLinkCount>;

export const movedLinkUpdateInput = z.strictObject({
  ...movedFields,
  idempotencyKey: secret(8, 100)
    .optional()
    .describe("Identifies this update. Send the same key for all pages. Completed steps aren't repeated."),
});
export type MovedLinkUpdateInput = z.infer<typeof movedLinkUpdateInput>;
export const movedLinksUpdated = movedLinkCount.extend({
  skipped: z
    .int()
    .describe(
      "The number of documents that couldn't be changed: deleted in the meantime, too large with the new links, or " +
        "too slow to merge.",
    ),
});
export type MovedLinksUpdated = z.infer<typeof movedLinksUpdated>;
