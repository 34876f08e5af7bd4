import type { EmptyResult, SecondFactorConfirmation } from "@mdreader/contract";

import type { Access } from "../../access/authorize.ts";
import { lockCaller } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { sendBestEffort } from "../email/send-mail.ts";
import { removeAuthenticatorApp, removeUselessRecoveryCodes } from "./remove.ts";
import { lacksSecondFactor } from "./requirement.ts";
import { stepUp } from "./step-up.ts";

/**
 * Removes the authenticator app. Passkeys remain, and so do the recovery codes as long as there is one.
 * @throws AppError NOT_FOUND without one; SECOND_FACTOR_SETUP_REQUIRED where the server requires a second factor and no
 *   passkey remains; as `stepUp`.
 */
export async function disableSecondFactor(
  ctx: Context,
  access: Access<"account.secureSignIn">,
  input: SecondFactorConfirmation,
): Promise<EmptyResult> {
  const { id, email, username } = await stepUp(ctx, access, input);
  await ctx.database.db.transaction(async (tx) => {
    await lockCaller(tx, access.caller);
    const isRemoved = await removeAuthenticatorApp(tx, id);
    if (await lacksSecondFactor(tx, ctx, id)) throw new AppError("SECOND_FACTOR_SETUP_REQUIRED");
    if (!isRemoved) throw new AppError("NOT_FOUND");
    await removeUselessRecoveryCodes(tx, id);
    await recordAudit(tx, ctx, {
      action: "secondFactor.disabled",
      actor: access.caller,
      target: { id, name: email },
    });
  });
  await sendBestEffort(ctx, { kind: "secondFactorDisabled", to: email, username });
  return { ok: true };
}
