import type { Tx } from "@mdreader/db";

import type { Caller } from "../../access/identity.ts";
import type { Context } from "../../context.ts";
import { readInstanceSettings } from "../admin/settings/instance-settings.ts";
import type { DeletedUser, LockedUser } from "./deleted-user.ts";
import { purgeAccount } from "./purge-account.ts";
import { softDeleteAccount } from "./soft-delete-account.ts";

/**
 * Deletes an account: hides it until its purge, or deletes it permanently if the instance keeps no deleted accounts.
 * The lock of superusers and the account's row must be locked.
 * @throws AppError SOLE_OWNER_OF_WORKSPACES while a workspace that only the user owns has other members;
 *   LAST_SUPERUSER.
 */
export async function removeAccount(
  tx: Tx,
  ctx: Context,
  actor: Caller,
  account: LockedUser,
): Promise<DeletedUser> {
  const { accountRetentionDays } = await readInstanceSettings(tx, ctx);
  return accountRetentionDays === 0
    ? purgeAccount(tx, ctx, { action: "account.deleted", actor }, account)
    : softDeleteAccount(tx, ctx, { actor, account, retentionDays: accountRetentionDays });
}
