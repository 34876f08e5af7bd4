import type { User } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import { lockCaller } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { userColumns } from "../account/columns.ts";
import { clientNetworkKey } from "../rate-limit-keys.ts";
import { useSetupToken } from "./setup-link.ts";
import { lockSuperusers } from "./superusers.ts";

/**
 * Makes the caller the first superuser, with the link that a new server prints.
 * @throws AppError SETUP_LINK_INVALID; RATE_LIMITED.
 */
export async function claimInstance(
  ctx: Context,
  { caller }: Access<"account.manage">,
  { token }: { token: string },
): Promise<User> {
  await ctx.limiter.consume("password", clientNetworkKey(ctx));
  return ctx.database.db.transaction(async (tx) => {
    await lockSuperusers(tx);
    const { username } = await lockCaller(tx, caller);
    const { userId } = caller;
    await useSetupToken(tx, ctx, token, { id: userId, username });
    const [user] = await tx.select(userColumns).from(users).where(eq(users.id, userId));
    if (user === undefined) throw new AppError("SESSION_ENDED");
    return user;
  });
}
