import type { Routes } from "../../../route.ts";

export const userRoutes = {
  "auth.admin.user.list": { addresses: ["GET /auth/admin/users"] },
  "auth.admin.user.suspend": { addresses: ["POST /auth/admin/users/{id}/suspend"] },
  "auth.admin.user.reactivate": { addresses: ["POST /auth/admin/users/{id}/reactivate"] },
  "auth.admin.user.verify": { addresses: ["POST /auth/admin/users/{id}/verify"] },
  "auth.admin.user.cancelEmailChange": { addresses: ["DELETE /auth/admin/users/{id}/email-change"] },
  "auth.admin.user.requirePasswordChange": {
    addresses: ["POST /auth/admin/users/{id}/require-password-change"],
  },
  "auth.admin.user.resetSecondFactor": {
    addresses: ["POST /auth/admin/users/{id}/reset-second-factor"],
  },
  "auth.admin.user.endSessions": { addresses: ["POST /auth/admin/users/{id}/end-sessions"] },
  "auth.admin.user.listHoldings": { addresses: ["GET /auth/admin/users/{id}/holdings"] },
  "auth.admin.user.handOver": { addresses: ["POST /auth/admin/users/{id}/hand-over"] },
  "auth.admin.user.delete": { addresses: ["DELETE /auth/admin/users/{id}"] },
  "auth.admin.user.restore": { addresses: ["POST /auth/admin/users/{id}/restore"] },
  "auth.admin.user.purge": { addresses: ["POST /auth/admin/users/{id}/purge"] },
  "auth.admin.user.updateSuperuser": { addresses: ["PATCH /auth/admin/users/{id}/superuser"] },
} satisfies Partial<Routes>;
