import type { ProcedureNotes } from "../notes.ts";

export const sessionProcedures = {
  "auth.session.list": {
    summary: "List your sessions",
    description: "Active sessions, newest sign-in first.",
  },
  "auth.session.revoke": {
    summary: "End a session",
    description: "Its tokens stop working immediately; its sockets and streams end within two seconds.",
    errors: ["NOT_FOUND"],
  },
  "auth.session.revokeOthers": {
    summary: "End all other sessions",
    description: "All of the caller's sessions except the one of this call.",
  },
} as const satisfies Record<string, ProcedureNotes>;
