import type { ProcedureNotes } from "../notes.ts";

export const invitationProcedures = {
  "workspace.invitation.create": {
    summary: "Create an invitation",
    description:
      "`token` and `url` are returned only once. A new invitation to an address replaces the previous one. At most " +
      "500 are pending in a workspace, and 100 emails are sent per person in an hour.",
    errors: ["ALREADY_MEMBER", "LIMIT_REACHED"],
  },
  "workspace.invitation.list": {
    summary: "List pending invitations",
    description: "Newest first, without those that have expired or are used up.",
  },
  "workspace.invitation.revoke": {
    summary: "Revoke an invitation",
    description: "Its link stops working immediately.",
  },
  "workspace.invitation.preview": {
    summary: "Preview an invitation",
    description:
      "Shows the workspace and the role. No account is needed. It changes nothing, but is a mutation so that the " +
      "token stays out of URLs.",
    errors: ["INVITATION_INVALID"],
  },
  "workspace.invitation.accept": {
    summary: "Accept an invitation",
    description: "The caller becomes a member of the workspace.",
    errors: ["INVITATION_INVALID", "INVITATION_FOR_OTHER", "ALREADY_MEMBER", "EMAIL_NOT_VERIFIED"],
  },
} as const satisfies Record<string, ProcedureNotes>;
