import type { Routes } from "../route.ts";

export const workspaceRoutes = {
  "workspace.create": {
    at: ["POST /workspaces"],
    summary: "Make a workspace",
    description: "Whoever makes it is its owner.",
    status: 201,
    fails: ["LIMIT_REACHED"],
  },
  "workspace.list": {
    at: ["GET /workspaces", "GET /workspaces/my-workspaces"],
    summary: "The workspaces that you are in",
  },
  "workspace.get": { at: ["GET /workspaces/{id}"], summary: "A workspace" },
  "workspace.update": { at: ["PATCH /workspaces/{id}"], summary: "Change a workspace" },
  "workspace.delete": {
    at: ["DELETE /workspaces/{id}"],
    summary: "Delete a workspace",
    description: "It can be restored until it is removed for good.",
  },
  "workspace.restore": { at: ["POST /workspaces/{id}/restore"], summary: "Restore a deleted workspace" },
  "workspace.leave": {
    at: ["POST /workspaces/{id}/leave"],
    summary: "Leave a workspace",
    fails: ["LAST_OWNER"],
  },
  "workspace.transferOwnership": {
    at: ["POST /workspaces/{id}/transfer-ownership"],
    summary: "Make another member the owner",
  },
  "workspace.activity": {
    at: ["GET /workspaces/{workspaceId}/activity"],
    summary: "What happened in a workspace, newest first",
  },
  "workspace.contents": {
    at: ["GET /workspaces/{workspaceId}/contents"],
    summary: "All that is in a workspace, or what has changed in it",
    description:
      "For copies of a workspace: folders, documents and files with their hashes, a thousand a page. `since` takes a `marker` " +
      "and asks for what has changed since; what is in the trash by now is told as `isDeleted`, without its name.",
    fails: ["RESYNC_REQUIRED"],
  },
  "workspace.texts": {
    at: ["GET /workspaces/{workspaceId}/texts"],
    summary: "The texts of up to a hundred documents",
    description:
      "For copies of a workspace. A text that is `null` was left out since the others are long enough: ask for it again.",
  },

  "workspace.member.list": { at: ["GET /workspaces/{workspaceId}/members"], summary: "The members" },
  "workspace.member.updateRole": {
    at: ["PATCH /workspaces/{workspaceId}/members/{userId}"],
    summary: "Give a member another role",
    fails: ["LAST_OWNER"],
  },
  "workspace.member.remove": {
    at: ["DELETE /workspaces/{workspaceId}/members/{userId}"],
    summary: "Remove a member",
    description: "What they have open ends at once.",
    fails: ["LAST_OWNER"],
  },

  "workspace.invitation.create": {
    at: ["POST /workspaces/{workspaceId}/invitations"],
    summary: "Invite by mail or by link",
    description: "With `email` a mail is sent. `token` and `url` are shown this once.",
    status: 201,
    fails: ["ALREADY_MEMBER", "LIMIT_REACHED", "RATE_LIMITED"],
  },
  "workspace.invitation.list": {
    at: ["GET /workspaces/{workspaceId}/invitations"],
    summary: "Invitations that have not been used up",
  },
  "workspace.invitation.revoke": {
    at: ["DELETE /workspaces/{workspaceId}/invitations/{id}"],
    summary: "Revoke an invitation",
  },
  "workspace.invitation.preview": {
    at: ["POST /invitations/preview"],
    summary: "What an invitation is to",
    description: "The token comes in the body: addresses are logged in many places.",
    fails: ["INVITATION_INVALID", "RATE_LIMITED"],
  },
  "workspace.invitation.accept": {
    at: ["POST /invitations/accept"],
    summary: "Accept an invitation",
    fails: ["INVITATION_INVALID", "INVITATION_FOR_OTHER", "ALREADY_MEMBER", "RATE_LIMITED"],
  },
} satisfies Partial<Routes>;
