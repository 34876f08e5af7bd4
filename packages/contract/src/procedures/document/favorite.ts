import type { ProcedureNotes } from "../notes.ts";

export const favoriteProcedures = {
  "document.favorite.list": {
    summary: "List your favorite documents",
    description: "In the order in which they were added.",
  },
  "document.favorite.add": {
    summary: "Add a document to your favorites",
    description: "At most 100 in a workspace.",
    errors: ["LIMIT_REACHED"],
  },
  "document.favorite.remove": {
    summary: "Remove a document from your favorites",
    description: "Also works for a document in the trash.",
  },
} as const satisfies Record<string, ProcedureNotes>;
