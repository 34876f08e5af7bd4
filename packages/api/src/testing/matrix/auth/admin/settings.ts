import type { Rows } from "../../fixture.ts";

export const settingsRows: Rows = {
  "auth.admin.settings.get": () => undefined,
  "auth.admin.settings.update": () => ({ banner: "Maintenance on Sunday" }),
};
