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
    summary: "List a workspace's contents, or what has changed since a marker",
    description:
      "For synchronization: folders, documents and files with their hashes, 1,000 per page. With a `marker` as `since`, " +
      "returns only later changes. Items that are now in the trash have `isDeleted` and no name.",
    errors: ["RESYNC_REQUIRED"],
  },
  "workspace.texts": {
    addresses: ["GET /workspaces/{workspaceId}/texts"],
    summary: "Get the text of up to 100 documents",
    description:
      "For synchronization. A document's text is `null` if the response would be too long; request it again.",
  },
} satisfies Partial<Routes>;
