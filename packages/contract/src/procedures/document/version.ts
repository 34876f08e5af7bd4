import type { ProcedureNotes } from "../notes.ts";

export const versionProcedures = {
  "document.blame": {
    summary: "Get the author and time of each line",
    description:
      "Returns ranges of lines by the same authors, from top to bottom. `others` lists the other authors whose text " +
      "remains.",
    errors: ["DOCUMENT_DAMAGED"],
  },
  "document.version.list": {
    summary: "List the saved versions of a document, newest first",
    description:
      "Returned without their texts. Versions are saved when an edit session ends and when a whole text is written.",
  },
  "document.version.get": {
    summary: "Get a saved version with its text",
    description: "Saved versions never change.",
  },
  "document.version.diff": {
    summary: "Compare a saved version with another or with the current text",
    description: "Compares by line, and by word within changed lines, in either direction.",
    errors: ["DOCUMENT_DAMAGED"],
  },
  "document.version.create": {
    summary: "Save the current text as a named version",
    description:
      "Names the newest saved version if it has this text and no name; otherwise, saves a new one.",
    errors: ["DOCUMENT_DAMAGED"],
  },
  "document.version.restore": {
    summary: "Restore the text of a saved version",
    description: "Restoring is another edit. Later versions remain in the history.",
    errors: ["DOCUMENT_DAMAGED"],
  },
} as const satisfies Record<string, ProcedureNotes>;
