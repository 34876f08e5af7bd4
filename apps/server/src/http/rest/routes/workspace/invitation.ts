import type { Routes } from "../../route.ts";

export const invitationRoutes = {
  "workspace.invitation.create": {
    addresses: ["POST /workspaces/{workspaceId}/invitations"],
    summary: "Create an invitation",
    description:
      "With `email`, the invitation is also sent by email. `token` and `url` are returned only once.",
    status: 201,
    errors: ["ALREADY_MEMBER", "LIMIT_REACHED", "RATE_LIMITED"],
  },
  "workspace.invitation.list": {
    addresses: ["GET /workspaces/{workspaceId}/invitations"],
    summary: "List pending invitations",
  },
  "workspace.invitation.revoke": {
    addresses: ["DELETE /workspaces/{workspaceId}/invitations/{id}"],
    summary: "Revoke an invitation",
  },
  "workspace.invitation.preview": {
    addresses: ["POST /invitations/preview"],
    summary: "Preview an invitation",
    description: "The token is sent in the body, because URLs are logged in many places.",
    errors: ["INVITATION_INVALID", "RATE_LIMITED"],
  },
  "workspace.invitation.accept": {
    addresses: ["POST /invitations/accept"],
    summary: "Accept an invitation",
    errors: ["INVITATION_INVALID", "INVITATION_FOR_OTHER", "ALREADY_MEMBER", "RATE_LIMITED"],
  },
} satisfies Partial<Routes>;
