import type { ProcedureNotes } from "../notes.ts";

export const visitProcedures = {
  "document.visit.list": {
    summary: "List the documents that you opened recently",
    description: "Most recently opened first. The last 50 of a workspace are kept.",
  },
  "document.visit.record": {
    summary: "Record that you opened a document",
    description: "Reading a document through the API doesn't record a visit.",
  },
} as const satisfies Record<string, ProcedureNotes>;
