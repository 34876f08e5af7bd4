import type { ProcedureNotes } from "../notes.ts";

export const memberProcedures = {
  "workspace.member.list": {
    summary: "List the members",
    description: "With their roles and addresses.",
  },
  "workspace.member.updateRole": {
    summary: "Change the role of a member",
    description:
      "It applies immediately, also to open streams. Admins can change only roles below their own.",
    errors: ["LAST_OWNER"],
  },
  "workspace.member.remove": {
    summary: "Remove a member",
    description: "The member's open streams lose access within two seconds. What they wrote stays.",
    errors: ["LAST_OWNER"],
  },
} as const satisfies Record<string, ProcedureNotes>;
