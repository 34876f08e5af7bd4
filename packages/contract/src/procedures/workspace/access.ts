import type { ProcedureNotes } from "../notes.ts";

export const accessProcedures = {
  "workspace.access.explain": {
    summary: "Explain what you or a member may do, and why",
    description:
      "Without `userId`, your own access with the credential of the request. Admins may ask about others. Someone who is not a member looks like someone who does not exist.",
    errors: ["ROLE_TOO_LOW"],
  },
} as const satisfies Record<string, ProcedureNotes>;
