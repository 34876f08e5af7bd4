import type { ProcedureNotes } from "../../notes.ts";

export const adminProcedures = {
  "auth.admin.claim": {
    summary: "Become the first superuser",
    description:
      "Takes the token from the setup link that a new server prints when it starts. At most 10 attempts per network " +
      "in ten minutes.",
    errors: ["SETUP_LINK_INVALID"],
  },
} as const satisfies Record<string, ProcedureNotes>;
