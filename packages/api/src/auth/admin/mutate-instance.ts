import type { InstanceAction } from "@mdreader/contract";
import type { Tx } from "@mdreader/db";

import type { Access } from "../../access/authorize.ts";
import type { Caller } from "../../access/identity.ts";
import { lockCaller } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { lockSuperusers } from "./superusers.ts";

/**
 * Changes something in the instance in one transaction. Such changes are serialized, and the caller is checked again:
 * a change that waited while the caller lost the role fails.
 * @throws AppError SUPERUSER_REQUIRED or SESSION_ENDED when the granted access has been lost in the meantime.
 */
export function mutateInstance<T>(
  ctx: Context,
  { caller }: Access<InstanceAction>,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return ctx.database.db.transaction(async (tx) => {
    await lockCallerAsSuperuser(tx, caller);
    return work(tx);
  });
}

/**
 * Locks the set of superusers and the caller's account until the commit. It comes before all other locks.
 * @throws AppError as `mutateInstance`.
 */
export async function lockCallerAsSuperuser(tx: Tx, caller: Caller): Promise<void> {
  await lockSuperusers(tx);
  const { isSuperuser } = await lockCaller(tx, caller);
  if (!isSuperuser) throw new AppError("SUPERUSER_REQUIRED");
}
