import type { Routes } from "../../route.ts";

export const workspaceRoutes = {
  "workspace.create": {
    addresses: ["POST /workspaces"],
    summary: "Create a workspace",
    description: "The creator becomes the owner.",
    status: 201,
    errors: ["LIMIT_REACHED"],
  },
  "workspace.list": {
    addresses: ["GET /workspaces", "GET /workspaces/my-workspaces"],
    summary: "List your workspaces",
  },
  "workspace.get": { addresses: ["GET /workspaces/{id}"], summary: "Get a workspace" },
  "workspace.update": { addresses: ["PATCH /workspaces/{id}"], summary: "Update a workspace" },
  "workspace.delete": {
    addresses: ["DELETE /workspaces/{id}"],
    summary: "Delete a workspace",
    description: "The workspace can be restored until it is permanently deleted.",
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
    summary: "Transfer ownership to another member",
  },
  "workspace.activity": {
    addresses: ["GET /workspaces/{workspaceId}/activity"],
    summary: "List the activity in a workspace, newest first",
  },
  "workspace.contents": {
    addresses: ["GET /workspaces/{workspaceId}/contents"],
    summary: "List the contents of a workspace, or the changes",
    description:
      "For synchronization: folders, documents and files with their hashes, 1,000 per page. With a `marker` as `since`, " +
      "returns only later changes. Items that are now in the trash have `isDeleted` and no name.",
    errors: ["RESYNC_REQUIRED"],
  },
  "workspace.texts": {
    addresses: ["GET /workspaces/{workspaceId}/texts"],
    summary: "Get the texts of up to 100 documents",
    description: "For synchronization. A text is `null` if the response would be too long; request it again.",
  },

  "workspace.member.list": {
    addresses: ["GET /workspaces/{workspaceId}/members"],
    summary: "List the members",
  },
  "workspace.member.updateRole": {
    addresses: ["PATCH /workspaces/{workspaceId}/members/{userId}"],
    summary: "Change the role of a member",
    errors: ["LAST_OWNER"],
  },
  "workspace.member.remove": {
    addresses: ["DELETE /workspaces/{workspaceId}/members/{userId}"],
    summary: "Remove a member",
    description: "The member's open connections lose access immediately.",
    errors: ["LAST_OWNER"],
  },

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
