import type { Routes } from "../route.ts";

export const workspaceRoutes = {
  "workspace.create": {
    addresses: ["POST /workspaces"],
    summary: "Make a workspace",
    description: "Whoever makes it is its owner.",
    status: 201,
    errors: ["LIMIT_REACHED"],
  },
  "workspace.list": {
    addresses: ["GET /workspaces", "GET /workspaces/my-workspaces"],
    summary: "The workspaces that you are in",
  },
  "workspace.get": { addresses: ["GET /workspaces/{id}"], summary: "A workspace" },
  "workspace.update": { addresses: ["PATCH /workspaces/{id}"], summary: "Change a workspace" },
  "workspace.delete": {
    addresses: ["DELETE /workspaces/{id}"],
    summary: "Delete a workspace",
    description: "It can be restored until it is removed for good.",
  },
  "workspace.restore": {
    addresses: ["POST /workspaces/{id}/restore"],
    summary: "Restore a deleted workspace",
  },
  "workspace.leave": {
    addresses: ["POST /workspaces/{id}/leave"],
    summary: "Leave a workspace",
    errors: ["LAST_OWNER"],
  },
  "workspace.transferOwnership": {
    addresses: ["POST /workspaces/{id}/transfer-ownership"],
    summary: "Make another member the owner",
  },
  "workspace.activity": {
    addresses: ["GET /workspaces/{workspaceId}/activity"],
    summary: "What happened in a workspace, newest first",
  },
  "workspace.contents": {
    addresses: ["GET /workspaces/{workspaceId}/contents"],
    summary: "All that is in a workspace, or what has changed in it",
    description:
      "For copies of a workspace: folders, documents and files with their hashes, a thousand a page. `since` takes a `marker` " +
      "and asks for what has changed since; what is in the trash by now is told as `isDeleted`, without its name.",
    errors: ["RESYNC_REQUIRED"],
  },
  "workspace.texts": {
    addresses: ["GET /workspaces/{workspaceId}/texts"],
    summary: "The texts of up to a hundred documents",
    description:
      "For copies of a workspace. A text that is `null` was left out since the others are long enough: ask for it again.",
  },

  "workspace.member.list": { addresses: ["GET /workspaces/{workspaceId}/members"], summary: "The members" },
  "workspace.member.updateRole": {
    addresses: ["PATCH /workspaces/{workspaceId}/members/{userId}"],
    summary: "Give a member another role",
    errors: ["LAST_OWNER"],
  },
  "workspace.member.remove": {
    addresses: ["DELETE /workspaces/{workspaceId}/members/{userId}"],
    summary: "Remove a member",
    description: "What they have open ends at once.",
    errors: ["LAST_OWNER"],
  },

  "workspace.invitation.create": {
    addresses: ["POST /workspaces/{workspaceId}/invitations"],
    summary: "Invite by mail or by link",
    description: "With `email` a mail is sent. `token` and `url` are shown this once.",
    status: 201,
    errors: ["ALREADY_MEMBER", "LIMIT_REACHED", "RATE_LIMITED"],
  },
  "workspace.invitation.list": {
    addresses: ["GET /workspaces/{workspaceId}/invitations"],
    summary: "Invitations that have not been used up",
  },
  "workspace.invitation.revoke": {
    addresses: ["DELETE /workspaces/{workspaceId}/invitations/{id}"],
    summary: "Revoke an invitation",
  },
  "workspace.invitation.preview": {
    addresses: ["POST /invitations/preview"],
    summary: "What an invitation is to",
    description: "The token comes in the body: addresses are logged in many places.",
    errors: ["INVITATION_INVALID", "RATE_LIMITED"],
  },
  "workspace.invitation.accept": {
    addresses: ["POST /invitations/accept"],
    summary: "Accept an invitation",
    errors: ["INVITATION_INVALID", "INVITATION_FOR_OTHER", "ALREADY_MEMBER", "RATE_LIMITED"],
  },
} satisfies Partial<Routes>;
