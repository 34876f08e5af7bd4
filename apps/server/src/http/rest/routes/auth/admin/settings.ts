import type { Routes } from "../../../route.ts";

export const settingsRoutes = {
  "auth.admin.settings.get": {
    addresses: ["GET /auth/admin/settings"],
    summary: "Get the instance's settings",
  },
  "auth.admin.settings.update": {
    addresses: ["PATCH /auth/admin/settings"],
    summary: "Change settings of the instance",
    errors: ["SETTING_FIXED"],
  },
} satisfies Partial<Routes>;
