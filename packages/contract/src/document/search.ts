import { z } from "zod";

import { pageFields, createPageSchema } from "../pagination.ts";
import { id, multiline, timestamp } from "../text.ts";

/**
 * `query` is plain text without operators. Documents with all of its words come first, stemmed in each document's
 * language; the last word also matches as a prefix. They are followed by documents in which all parts of the query
 * occur inside other words, in code, or in scripts without spaces between words. A page may have fewer hits than its
 * limit: `nextCursor` is null after the last one.
 */
export const searchInput = z.strictObject({
  workspaceId: id,
  query: multiline(500).refine((query) => query.trim().length > 0, "must not be empty"),
  ...pageFields,
  limit: pageFields.limit.unwrap().max(50).default(20),
});
export type SearchInput = z.infer<typeof searchInput>;

/** A text fragment in pieces, each marked as match or not. Concatenated, the pieces are the fragment. */
export const highlighted = z.array(z.object({ text: z.string(), match: z.boolean() }));
export type Highlighted = z.infer<typeof highlighted>;

export const searchHit = z.object({
  id,
  folderId: id.nullable(),
  title: z.string(),
  highlightedTitle: highlighted,
  /** The passages that match best, in the order of the text. The beginning of the text if only the title matches. */
  fragments: z.array(highlighted),
  updatedAt: timestamp,
});
export type SearchHit = z.infer<typeof searchHit>;
export const searchResults = createPageSchema(searchHit);
