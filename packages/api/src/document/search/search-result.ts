import type { Language, SearchInput } from "@mdreader/contract";

import type { WorkspaceCheck } from "../../access/resource-checks.ts";
import type { Stems } from "./match-finder.ts";
import type { Terms } from "./terms.ts";

/** A document that was found. */
export interface FoundDocument {
  id: string;
  folderId: string | null;
  title: string;
  updatedAt: string;
  language: Language;
  /** Negative for a document that does not have the words, but the substrings or a similar title. */
  rank: number;
  /** The text, or the part of a long text that starts a little before the first match. */
  text: string;
}

/** The hits of a page, and one more if there is a next page. */
export interface SearchResult {
  /** Whether texts lag behind edits, or the index behind texts. Then nothing was searched. */
  isStale: boolean;
  stems: Stems;
  hits: FoundDocument[];
  /** Returns the cursor of the page after a hit. */
  cursorAfter(hit: Pick<FoundDocument, "rank" | "id">): string;
  /** The cursor of the next page if this one contains all of its hits but documents remain to be searched; otherwise null. */
  restCursor: string | null;
}

/** Searches if the caller may. With `acceptsStale`, it does so even while texts or the index lag. */
export type FindHits = (
  check: WorkspaceCheck<"document.search">,
  input: SearchInput,
  terms: Terms,
  acceptsStale: boolean,
) => Promise<SearchResult>;
