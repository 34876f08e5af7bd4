import type { EmptyResult } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { publishRevokedGrants, revokeGrants } from "../account/revoke-granted.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { findEmailToken, consumeEmailToken, revokeEmailTokens } from "../email/email-tokens.ts";
import { sendBestEffort } from "../email/send-mail.ts";
import { requirePasswordWithPasskeys } from "../passkey/use-passkey.ts";
import { accountNetworkKey, clientNetworkKey } from "../rate-limit-keys.ts";
import { removeSecondFactor } from "../second-factor/remove.ts";
import { publishSessionsEnded, endSessions, isOwnSession } from "../session/lifecycle.ts";
import { createPasswordChangeColumns } from "./password-changed.ts";
import { isPasswordAccepted } from "./password-policy.ts";

/**
 * Sets a new password with an emailed link, and revokes all earlier access: sessions, API keys, linked identities,
 * pending invitations and public links that the account created, other emailed links, and a pending change of the address. Former holders of the account
 * are signed out. The link also proves the address: if nobody had before, the second factor is removed, otherwise it stays,
 * but passkeys open the account only together with the new password, until they have been used with it.
 * @throws AppError EMAIL_TOKEN_INVALID; PASSWORD_SIGN_IN_DISABLED; RATE_LIMITED.
 */
export async function resetPassword(
  ctx: Context,
  { token, newPassword }: { token: string; newPassword: string },
): Promise<EmptyResult> {
  await ctx.limiter.consume("password", clientNetworkKey(ctx));
  const { db } = ctx.database;
  const found = await findEmailToken(db, ctx, "resetPassword", token);
  if (!isPasswordAccepted(ctx, found)) throw new AppError("PASSWORD_SIGN_IN_DISABLED");
  const passwordHash = await ctx.passwords.hash(newPassword, { owner: clientNetworkKey(ctx) });
  const { sessions, granted } = await db.transaction(async (tx) => {
    // The account's row is locked before its tokens and sessions, the order in which deleting an account locks them.
    await tx
      .update(users)
      .set({
        passwordHash,
        emailVerified: true,
        emailVerifiedAt: ctx.clock.now().toISOString(),
        ...createPasswordChangeColumns(ctx),
        updatedAt: sql`now()`,
      })
      .where(eq(users.id, found.userId));
    await consumeEmailToken(tx, found);
    // Somebody who had registered a stranger's address would otherwise keep its owner out.
    const removedSecondFactor = !found.emailVerified && (await removeSecondFactor(tx, found.userId));
    await requirePasswordWithPasskeys(tx, found.userId);
    await recordAudit(tx, ctx, {
      action: "account.passwordReset",
      actor: { userId: found.userId },
      target: { id: found.userId, name: found.email },
      details: removedSecondFactor ? { removedSecondFactor } : null,
    });
    await revokeEmailTokens(tx, "resetPassword", found.userId);
    await revokeEmailTokens(tx, "verifyEmail", found.userId);
    return {
      sessions: await endSessions(tx, ctx, isOwnSession(found.userId)),
      granted: await revokeGrants(tx, ctx, found.userId),
    };
  });
  publishSessionsEnded(ctx, sessions);
  publishRevokedGrants(ctx, granted);
  await ctx.limiter.reset("login.account", accountNetworkKey(ctx, found.email));
  await sendBestEffort(ctx, { kind: "passwordChanged", to: found.email, username: found.username });
  return { ok: true };
}
