import type { ProcedureNotes } from "../../notes.ts";

export const auditProcedures = {
  "auth.admin.audit.list": {
    summary: "List entries of the audit log",
    description: "Newest first. Entries can't be changed, and are kept until their retention ends.",
  },
  "auth.admin.audit.export": {
    summary: "Export entries of the audit log as JSON lines",
    description: "Oldest first. Call again with `nextCursor` until it is null. The log records the export.",
  },
} as const satisfies Record<string, ProcedureNotes>;
