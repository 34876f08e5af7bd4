import type { ProcedureNotes } from "../notes.ts";

export const searchProcedures = {
  "document.search": {
    summary: "Search a workspace",
    description:
      "Documents with all words of `query` come first, by word stem; the last word also matches as a prefix. Then " +
      "come those in which the words occur inside other words or in code. With filters or in order of creation, a " +
      "page covers at most 2,000 documents that match the filters, newest first: it may have fewer hits than " +
      "requested, or none, and the next one continues. At most 6,000 searches per person in a minute.",
  },
} as const satisfies Record<string, ProcedureNotes>;
