import type { EmptyResult, PasskeyRemoveInput } from "@mdreader/contract";
import { authSessions, passkeys } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import { lockCaller } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { assertCanSignIn } from "../account/sign-in-methods.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { sendBestEffort } from "../email/send-mail.ts";
import { removeUselessRecoveryCodes } from "../second-factor/remove.ts";
import { lacksSecondFactor } from "../second-factor/requirement.ts";
import { stepUp } from "../second-factor/step-up.ts";
import { endSessions, isOwnSession, publishSessionsEnded } from "../session/lifecycle.ts";

/**
 * Removes a passkey of the caller's account, and ends the other sessions that it opened. The recovery codes go with the
 * last second factor.
 * @throws AppError those of `stepUp`; NOT_FOUND; SECOND_FACTOR_SETUP_REQUIRED for the last second factor where the server
 *   requires one; LAST_SIGN_IN_METHOD.
 */
export async function removePasskey(
  ctx: Context,
  access: Access<"account.secureSignIn">,
  { id, ...confirmation }: PasskeyRemoveInput,
): Promise<EmptyResult> {
  const { caller } = access;
  const { userId, sessionId } = caller;
  await stepUp(ctx, access, confirmation);
  const { account, name, ended } = await ctx.database.db.transaction(async (tx) => {
    const locked = await lockCaller(tx, caller);
    const opened = and(isOwnSession(userId, { except: sessionId }), eq(authSessions.passkeyId, id));
    const sessions = await endSessions(tx, ctx, opened);
    const [removed] = await tx
      .delete(passkeys)
      .where(and(eq(passkeys.id, id), eq(passkeys.userId, userId)))
      .returning({ name: passkeys.name });
    if (removed === undefined) throw new AppError("NOT_FOUND");
    if (await lacksSecondFactor(tx, ctx, userId)) throw new AppError("SECOND_FACTOR_SETUP_REQUIRED");
    await assertCanSignIn(tx, ctx, userId);
    await removeUselessRecoveryCodes(tx, userId);
    await recordAudit(tx, ctx, {
      action: "passkey.removed",
      actor: caller,
      target: { id: userId, name: locked.email },
      details: { passkey: removed.name },
    });
    return { account: locked, name: removed.name, ended: sessions };
  });
  publishSessionsEnded(ctx, ended);
  await sendBestEffort(ctx, { kind: "passkeyRemoved", to: account.email, username: account.username, name });
  return { ok: true };
}
