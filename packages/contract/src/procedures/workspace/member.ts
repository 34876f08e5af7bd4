import type { ProcedureNotes } from "../notes.ts";

export const memberProcedures = {
  "workspace.member.list": {
    summary: "List the members",
    description: "With their roles and addresses.",
  },
  "workspace.member.add": {
    summary: "Add a member",
    description:
      "People with a verified address with whom the caller shares a workspace become members immediately. Everyone " +
      "else gets an invitation, which works for seven days, so that the result doesn't reveal who has an account. It " +
      "counts against the limit of 100 emails per person in an hour.",
    errors: ["ALREADY_MEMBER", "LIMIT_REACHED"],
  },
  "workspace.member.updateRole": {
    summary: "Change the role of a member",
    description:
      "It applies immediately, including to open streams. Admins can change only roles below their own.",
    errors: ["LAST_OWNER"],
  },
  "workspace.member.remove": {
    summary: "Remove a member",
    description: "The member's open streams lose access within two seconds. Their contributions remain.",
    errors: ["LAST_OWNER"],
  },
} as const satisfies Record<string, ProcedureNotes>;
