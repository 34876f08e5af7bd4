import type { Routes } from "../../../route.ts";

export const auditRoutes = {
  "auth.admin.audit.list": { addresses: ["GET /auth/admin/audit"] },
  "auth.admin.audit.export": { addresses: ["POST /auth/admin/audit/export"] },
} satisfies Partial<Routes>;
