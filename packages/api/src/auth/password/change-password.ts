import type { changePasswordInput, EmptyResult } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { and, eq, sql } from "drizzle-orm";
import type { z } from "zod";

import type { Access } from "../../access/authorize.ts";
import { recheckCredential } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { revokeEmailTokens } from "../email/email-tokens.ts";
import { sendBestEffort } from "../email/send-mail.ts";
import { stepUp } from "../second-factor/step-up.ts";
import { publishSessionsEnded, endSessions, isOwnSession } from "../session/lifecycle.ts";
import { createPasswordChangeColumns } from "./password-changed.ts";
import { isPasswordAccepted } from "./password-policy.ts";

/**
 * Changes the password, or gives an account without one its first, and ends all other sessions. API keys remain valid,
 * because they do not depend on the password.
 * @throws AppError PASSWORD_SIGN_IN_DISABLED; those of `stepUp`.
 */
export async function changePassword(
  ctx: Context,
  access: Access<"account.manage">,
  { currentPassword: password, newPassword, code, passkey }: z.output<typeof changePasswordInput>,
): Promise<EmptyResult> {
  const account = await stepUp(ctx, access, { password, code, passkey });
  if (!isPasswordAccepted(ctx, account)) throw new AppError("PASSWORD_SIGN_IN_DISABLED");
  const passwordHash = await ctx.passwords.hash(newPassword, { owner: account.id });
  const ended = await ctx.database.db.transaction(async (tx) => {
    const changed = await tx
      .update(users)
      .set({ passwordHash, ...createPasswordChangeColumns(ctx), updatedAt: sql`now()` })
      // After a concurrent change, the confirmed password is no longer the current one.
      .where(and(eq(users.id, account.id), eq(users.passwordHash, account.passwordHash)))
      .returning({ id: users.id });
    if (changed.length === 0) throw new AppError("PASSWORD_WRONG");
    await recheckCredential(tx, access.caller);
    await revokeEmailTokens(tx, "resetPassword", account.id);
    await recordAudit(tx, ctx, {
      action: "account.passwordChanged",
      actor: access.caller,
      target: { id: account.id, name: account.email },
    });
    return endSessions(tx, ctx, isOwnSession(account.id, { except: access.caller.sessionId }));
  });
  publishSessionsEnded(ctx, ended);
  await sendBestEffort(ctx, { kind: "passwordChanged", to: account.email, username: account.username });
  return { ok: true };
}
