import type { EmptyResult } from "@mdreader/contract";
import { authIdentities, authSessions, users } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import { recheckCredential } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { acceptsPasswordOf, hasPasswordColumn } from "../password/no-password.ts";
import { endSessions, ownSessions, publishSessionsEnded } from "../session/lifecycle.ts";
import { findProviderByIssuer } from "./providers.ts";

/**
 * Unlinks an identity from the caller's account, and ends the other sessions that it opened.
 * @throws AppError NOT_FOUND; LAST_SIGN_IN_METHOD when neither a password nor another identity would remain.
 */
export async function unlinkIdentity(
  ctx: Context,
  { caller }: Access<"account.manage">,
  { id }: { id: string },
): Promise<EmptyResult> {
  const { settings } = ctx;
  const { userId, sessionId } = caller;
  const ended = await ctx.database.db.transaction(async (tx) => {
    // The account's row is locked, so that two requests cannot remove the last two ways to sign in.
    const [account] = await tx
      .select({ hasPassword: hasPasswordColumn, isSuperuser: users.isSuperuser })
      .from(users)
      .where(eq(users.id, userId))
      .for("no key update");
    if (account === undefined) throw new AppError("SESSION_ENDED");
    await recheckCredential(tx, caller);
    const linked = await tx
      .select({ id: authIdentities.id, issuer: authIdentities.issuer })
      .from(authIdentities)
      .where(eq(authIdentities.userId, userId));
    const removed = linked.find((one) => one.id === id);
    if (removed === undefined) throw new AppError("NOT_FOUND");
    const others = linked.filter(
      (one) => one.id !== id && findProviderByIssuer(settings, one.issuer) !== null,
    );
    const keepsPassword = account.hasPassword && acceptsPasswordOf(ctx, account);
    if (!keepsPassword && others.length === 0) throw new AppError("LAST_SIGN_IN_METHOD");
    const opened = and(ownSessions(userId, { except: sessionId }), eq(authSessions.identityId, id));
    const sessions = await endSessions(tx, ctx, opened);
    await tx.delete(authIdentities).where(eq(authIdentities.id, id));
    const target = { id, name: removed.issuer };
    await recordAudit(tx, ctx, { action: "identity.unlinked", actor: caller, target });
    return sessions;
  });
  publishSessionsEnded(ctx, ended);
  return { ok: true };
}
