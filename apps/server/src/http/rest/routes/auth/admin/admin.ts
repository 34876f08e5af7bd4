import type { Routes } from "../../../route.ts";

export const adminRoutes = {
  "auth.admin.claim": { addresses: ["POST /auth/admin/claim"] },
} satisfies Partial<Routes>;
