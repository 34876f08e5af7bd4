import type { SettingsUpdateInput, SettingsView } from "@mdreader/contract";
import { instanceSettings } from "@mdreader/db";
import { sql } from "drizzle-orm";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { endUnprotectedSessions, releaseSessions } from "../../second-factor/enforce.ts";
import { hasSecondFactor, lockRequirement } from "../../second-factor/requirement.ts";
import { publishSessionsEnded } from "../../session/lifecycle.ts";
import { recordAudit } from "../audit/record.ts";
import { mutateInstance } from "../mutate-instance.ts";
import { getSettings } from "./get.ts";

/**
 * Changes settings of the instance, for all servers from the commit on. Others keep their values.
 * @throws AppError SETTING_FIXED for a setting that the environment sets; SECOND_FACTOR_SETUP_REQUIRED when the caller
 *   requires a second factor of everyone and has none.
 */
export async function updateSettings(
  ctx: Context,
  access: Access<"settings.update">,
  input: SettingsUpdateInput,
): Promise<SettingsView> {
  const fixed = Object.keys(ctx.settings.fixedInstanceSettings ?? {});
  if (fixed.some((name) => Object.hasOwn(input, name))) throw new AppError("SETTING_FIXED");
  const { userId } = access.caller;
  const { secondFactorRequired } = input;
  const ended = await mutateInstance(ctx, access, async (tx) => {
    if (secondFactorRequired !== undefined) await lockRequirement(tx);
    if (secondFactorRequired && !(await hasSecondFactor(tx, userId))) {
      throw new AppError("SECOND_FACTOR_SETUP_REQUIRED");
    }
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
    if (secondFactorRequired === false) await releaseSessions(tx);
    return secondFactorRequired ? endUnprotectedSessions(tx, ctx) : [];
  });
  publishSessionsEnded(ctx, ended);
  return getSettings(ctx, access);
}

const toDetails = (input: SettingsUpdateInput) =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
  );
