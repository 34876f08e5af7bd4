import type { ProcedureNotes } from "../notes.ts";

export const accessProcedures = {
  "workspace.access.explain": {
    summary: "Explain what you or a member may do, and why",
    description:
      "Without `userId`, explains your own access with the request's credential. Admins may ask about others. A " +
      "person who isn't a member can't be distinguished from one who doesn't exist.",
    errors: ["ROLE_TOO_LOW"],
  },
} as const satisfies Record<string, ProcedureNotes>;
