import type { InstanceInfo } from "@mdreader/contract";

import type { Context } from "../context.ts";
import { readInstanceSettings } from "./admin/settings/instance-settings.ts";

/** Returns what people may know about the instance before they sign in. */
export async function getInstance(ctx: Context): Promise<InstanceInfo> {
  const settings = await readInstanceSettings(ctx.database.db, ctx);
  const { registration, workspaceCreation, banner, termsUrl, privacyUrl, accountRetentionDays } = settings;
  const { sendsMail } = ctx.settings;
  return {
    registration,
    workspaceCreation,
    banner,
    termsUrl,
    privacyUrl,
    accountRetentionDays,
    sendsMail,
  };
}
