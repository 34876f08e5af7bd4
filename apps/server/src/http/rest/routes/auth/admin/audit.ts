import type { Routes } from "../../../route.ts";

export const auditRoutes = {
  "auth.admin.audit.list": {
    addresses: ["GET /auth/admin/audit"],
    summary: "List entries of the audit log",
    description: "Newest first. Nothing changes or removes entries before their retention ends.",
  },
  "auth.admin.audit.export": {
    addresses: ["POST /auth/admin/audit/export"],
    summary: "Export entries of the audit log as JSON lines",
    description: "Oldest first. Call again with `nextCursor` until it is null. The log records the export.",
    errors: ["BAD_CURSOR"],
  },
} satisfies Partial<Routes>;
