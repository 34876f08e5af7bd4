import type { Routes } from "../../route.ts";

export const memberRoutes = {
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
} satisfies Partial<Routes>;
