import type { User } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { userColumns } from "../account/columns.ts";
import { clientNetworkKey } from "../limits.ts";
import { useSetupToken } from "./setup-link.ts";

/**
 * Makes the caller the first superuser, with the link that a new server prints.
 * @throws AppError SETUP_LINK_INVALID; RATE_LIMITED.
 */
export async function claimInstance(
  ctx: Context,
  { caller: { userId } }: Access<"account.manage">,
  { token }: { token: string },
): Promise<User> {
  await ctx.limiter.consume("password", clientNetworkKey(ctx));
  return ctx.database.db.transaction(async (tx) => {
    const [found] = await tx
      .select({ id: users.id, username: users.username })
      .from(users)
      .where(eq(users.id, userId));
    if (found === undefined) throw new AppError("SESSION_ENDED");
    await useSetupToken(tx, ctx, token, found);
    const [user] = await tx.select(userColumns).from(users).where(eq(users.id, userId));
    if (user === undefined) throw new AppError("SESSION_ENDED");
    return user;
  });
}
