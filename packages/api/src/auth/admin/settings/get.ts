import type { SettingsView } from "@mdreader/contract";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { readInstanceSettings } from "./instance-settings.ts";

/** Returns the instance's settings, and the names of those that the server's environment sets. */
export async function getSettings(
  ctx: Context,
  _access: Access<"settings.read" | "settings.update">,
): Promise<SettingsView> {
  const settings = await readInstanceSettings(ctx.database.db, ctx);
  return { ...settings, fixed: Object.keys(ctx.settings.fixedInstanceSettings ?? {}) };
}
