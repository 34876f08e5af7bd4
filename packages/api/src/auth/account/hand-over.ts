import type { HandedOver, HandOverInput } from "@mdreader/contract";

import type { Access } from "../../access/authorize.ts";
import { recheckCredential } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { handOverHoldings, publishHandOver } from "./hand-over-holdings.ts";

/**
 * Hands over what the caller would leave behind, for example before deleting the account, in one transaction.
 * @throws AppError those of `handOverHoldings`.
 */
export async function handOver(
  ctx: Context,
  { caller }: Access<"account.manage">,
  input: HandOverInput,
): Promise<HandedOver> {
  const done = await ctx.database.db.transaction((tx) =>
    handOverHoldings(tx, ctx, { actor: caller, userId: caller.userId, input }, async (account) => {
      if (account.deactivatedAt !== null) throw new AppError("SESSION_ENDED");
      await recheckCredential(tx, caller);
    }),
  );
  publishHandOver(ctx, done);
  return done.counts;
}
