import { z } from "zod";

import { pageFields, createPageSchema } from "../pagination.ts";
import { id, multiline, timestamp } from "../text.ts";

/** A time that Postgres can compare with: it has no year 0. */
const instant = timestamp.max(40).refine((text) => !text.startsWith("0000"), "must be after the year 0");

export const searchInput = z.strictObject({
  workspaceId: id.describe("The workspace to search."),
  query: multiline(500)
    .refine((query) => query.trim().length > 0, "must not be empty")
    .describe(
      "Plain text without operators. Documents must contain all of it; the last word may be incomplete.",
    ),
  folderId: id
    .optional()
    .describe(
      "Finds only documents in this folder of the workspace and in its subfolders. By default, all folders are " +
        "searched.",
    ),
  authorId: id
    .optional()
    .describe(
      "Finds only documents that this user created or was the last to edit. By default, everyone's documents are " +
        "found.",
    ),
  changedSince: instant
    .optional()
    .describe("Finds only documents that last changed at this time or later. By default, there is no limit."),
  changedBefore: instant
    .optional()
    .describe("Finds only documents that last changed before this time. By default, there is no limit."),
  sort: z
    .enum(["relevance", "newest"])
    .default("relevance")
    .describe(
      "The order of the hits: `relevance` for the best match first, `newest` for the most recently created first.",
    ),
  ...pageFields,
  limit: pageFields.limit
    .unwrap()
    .max(50)
    .default(20)
    .describe("The maximum number of hits on the page. A page may have fewer without being the last one."),
});
export type SearchInput = z.infer<typeof searchInput>;

/** A text fragment in pieces, each marked as match or not. Concatenated, the pieces are the fragment. */
export const highlighted = z.array(
  z.object({
    text: z.string().describe("A piece of the text. Joined, the pieces are the whole."),
    match: z.boolean().describe("Whether this piece matches the query."),
  }),
);
export type Highlighted = z.infer<typeof highlighted>;

export const searchHit = z.object({
  id: id.describe("The document that was found."),
  folderId: id.nullable().describe("The folder that contains it. Null for the top level."),
  title: z.string().describe("The document's title."),
  highlightedTitle: highlighted.describe("The title in pieces, with the matching ones marked."),
  fragments: z
    .array(highlighted)
    .describe(
      "The passages that match best, in the order of the text. Its beginning, if only the title matches.",
    ),
  excerpts: z
    .array(highlighted)
    .describe(
      "The best passages as readable text: without Markdown syntax, and without front matter unless nothing else " +
        "matches. They may not occur verbatim in the document.",
    ),
  updatedAt: timestamp.describe("When the document last changed."),
});
export type SearchHit = z.infer<typeof searchHit>;
export const searchResults = createPageSchema(searchHit);
