import type { ProcedureNotes } from "../notes.ts";

export const collabProcedures = {
  "document.applyText": {
    summary: "Merge text that was edited elsewhere",
    description:
      "The changes since `baseVersion` are merged into the live document. If both sides changed the same lines, both " +
      "are kept and `conflicts` lists the places.",
    errors: ["VERSION_CONFLICT", "DOCUMENT_TOO_LARGE", "DOCUMENT_DAMAGED"],
  },
  "document.push": {
    summary: "Append an edit as a Yjs update",
    description:
      "For editors that follow `document.changes`. The edit is committed when the call returns. Sending it again has " +
      "no effect.",
    errors: ["BAD_UPDATE", "FOREIGN_CLIENT_ID", "UPDATE_GAP", "DOCUMENT_TOO_LARGE", "DOCUMENT_DAMAGED"],
  },
  "document.pull": {
    summary: "Get the edits that a Yjs state vector lacks",
    description: "As one update, together with the state of the server.",
    errors: ["DOCUMENT_DAMAGED"],
  },
  "document.changes": {
    summary: "Follow the changes of a document",
    description:
      "Edits, metadata and comments, each once and in order, with an ID to resume from. The stream ends when the " +
      "document is deleted or the caller loses access.",
    errors: ["RESYNC_REQUIRED", "DOCUMENT_DAMAGED"],
  },
} as const satisfies Record<string, ProcedureNotes>;
