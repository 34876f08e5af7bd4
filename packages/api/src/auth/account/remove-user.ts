import type { Tx } from "@mdreader/db";

import type { Caller } from "../../access/identity.ts";
import type { Context } from "../../context.ts";
import { readInstanceSettings } from "../admin/settings/instance-settings.ts";
import { deleteUserData } from "./delete-user-data.ts";
import type { DeletedUser, LockedUser } from "./deleted-user.ts";
import { hideUser } from "./hide-user.ts";

/**
 * Deletes an account: hides it until its purge, or deletes it permanently if the instance keeps no deleted accounts.
 * The lock of superusers and the account's row must be locked.
 * @throws AppError SOLE_OWNER_OF_WORKSPACES while a workspace that only the user owns has other members;
 *   LAST_SUPERUSER.
 */
export async function removeUser(
  tx: Tx,
  ctx: Context,
  actor: Caller,
  account: LockedUser,
): Promise<DeletedUser> {
  const { accountRetentionDays } = await readInstanceSettings(tx, ctx);
  return accountRetentionDays === 0
    ? deleteUserData(tx, ctx, actor, account)
    : hideUser(tx, ctx, { actor, account, retentionDays: accountRetentionDays });
}
