import type { AccountDeletion, SecondFactorConfirmation } from "@mdreader/contract";
import { type Tx, users } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import { recheckCredential } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { lockSuperusers } from "../admin/superusers.ts";
import type { VerifiedAccount } from "../password/confirm-password.ts";
import { stepUp } from "../second-factor/step-up.ts";
import { announceDeletion } from "./deleted-user.ts";
import { removeAccount } from "./remove-account.ts";

/**
 * Deletes the caller's account with its sessions, keys and memberships, and the workspaces without other members. Until
 * its purge, a superuser can restore it. The user's contributions to other workspaces remain, without their name.
 *
 * @throws AppError those of `stepUp`; SOLE_OWNER_OF_WORKSPACES while a workspace that only the caller
 *   owns has other members; LAST_SUPERUSER.
 */
export async function deleteAccount(
  ctx: Context,
  access: Access<"account.manage">,
  input: SecondFactorConfirmation,
): Promise<AccountDeletion> {
  const account = await stepUp(ctx, access, input);
  const deleted = await ctx.database.db.transaction(async (tx) => {
    await lockSuperusers(tx);
    await lockAccountExclusive(tx, account);
    await recheckCredential(tx, access.caller);
    return removeAccount(tx, ctx, access.caller, account);
  });
  ctx.request.refreshCookie?.write(null, null);
  return announceDeletion(ctx, account, deleted);
}

/**
 * Locks the account, so that it cannot join a workspace. Transactions that only reference it are not blocked: the
 * account's other pending writes must be able to finish, because the membership locks wait for them.
 */
async function lockAccountExclusive(tx: Tx, { id, passwordHash }: VerifiedAccount): Promise<void> {
  const locked = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, id), eq(users.passwordHash, passwordHash)))
    .for("no key update");
  if (locked.length === 0) throw new AppError("PASSWORD_WRONG");
}
