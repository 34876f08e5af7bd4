import type { Routes } from "../../route.ts";

export const invitationRoutes = {
  "workspace.invitation.create": {
    addresses: ["POST /workspaces/{workspaceId}/invitations"],
    status: 201,
  },
  "workspace.invitation.list": { addresses: ["GET /workspaces/{workspaceId}/invitations"] },
  "workspace.invitation.revoke": { addresses: ["DELETE /workspaces/{workspaceId}/invitations/{id}"] },
  "workspace.invitation.preview": { addresses: ["POST /invitations/preview"] },
  "workspace.invitation.accept": { addresses: ["POST /invitations/accept"] },
} satisfies Partial<Routes>;
