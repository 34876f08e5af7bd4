import type { ProcedureNotes } from "../notes.ts";

export const linkProcedures = {
  "document.resolveLink": {
    summary: "Resolve a link in a document",
    description:
      "Finds the document that a relative path or a wiki link leads to. A wiki link names a file or, if there is none, " +
      "the `title` or one of the `aliases` in a document's front matter.",
  },
  "document.suggestLinks": {
    summary: "Suggest link targets, with the path to insert",
    description: "Documents whose titles, or aliases in front matter, contain the query.",
  },
  "document.backlinks": {
    summary: "List the documents that link to a document",
    description: "Newest first. A page may hold fewer items than requested without being the last.",
  },
  "document.countMovedLinks": {
    summary: "Count the links that a rename or move broke",
    description:
      "Links to the previous place of a document or folder, and relative links inside it that now lead elsewhere. Add " +
      "up the counts of all pages.",
  },
  "document.updateMovedLinks": {
    summary: "Update the links that a rename or move broke",
    description:
      "Each document receives one edit, merged with concurrent edits. Continue with `nextCursor` and the same " +
      "`idempotencyKey`. To undo, move back and call this with the places swapped.",
  },
} as const satisfies Record<string, ProcedureNotes>;
