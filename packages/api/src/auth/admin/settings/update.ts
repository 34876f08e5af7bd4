import type { SettingsUpdateInput, SettingsView } from "@mdreader/contract";
import { instanceSettings } from "@mdreader/db";
import { sql } from "drizzle-orm";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { recordAudit } from "../audit/record.ts";
import { mutateInstance } from "../mutate-instance.ts";
import { getSettings } from "./get.ts";

/**
 * Changes settings of the instance, for all servers from the commit on. Others keep their values.
 * @throws AppError SETTING_FIXED for a setting that the environment sets.
 */
export async function updateSettings(
  ctx: Context,
  access: Access<"settings.update">,
  input: SettingsUpdateInput,
): Promise<SettingsView> {
  const fixed = Object.keys(ctx.settings.fixedInstanceSettings ?? {});
  if (fixed.some((name) => Object.hasOwn(input, name))) throw new AppError("SETTING_FIXED");
  const { userId } = access.caller;
  await mutateInstance(ctx, access, async (tx) => {
    await tx
      .insert(instanceSettings)
      .values({ changed: { ...input }, updatedBy: userId })
      .onConflictDoUpdate({
        target: instanceSettings.id,
        set: {
          changed: sql`${instanceSettings.changed} || excluded.changed`,
          updatedBy: userId,
          updatedAt: sql`now()`,
        },
      });
    await recordAudit(tx, ctx, {
      action: "settings.updated",
      actor: access.caller,
      details: toDetails(input),
    });
  });
  return getSettings(ctx, access);
}

const toDetails = (input: SettingsUpdateInput) =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
  );
