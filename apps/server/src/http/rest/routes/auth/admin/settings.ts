import type { Routes } from "../../../route.ts";

export const settingsRoutes = {
  "auth.admin.settings.get": { addresses: ["GET /auth/admin/settings"] },
  "auth.admin.settings.update": { addresses: ["PATCH /auth/admin/settings"] },
} satisfies Partial<Routes>;
