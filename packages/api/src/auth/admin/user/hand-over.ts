import type { HandedOver, HandOverInput } from "@mdreader/contract";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { handOverHoldings, publishHandOver } from "../../account/hand-over-holdings.ts";
import { mutateInstance } from "../mutate-instance.ts";

/**
 * Hands over what a suspended user leaves behind. While a workspace has an active owner, a superuser has no say in who
 * owns it, so the account must be suspended first.
 * @throws AppError USER_NOT_SUSPENDED; those of `handOverHoldings`.
 */
export async function handOverForUser(
  ctx: Context,
  access: Access<"user.handOver">,
  { id: userId, ...input }: HandOverInput & { id: string },
): Promise<HandedOver> {
  const done = await mutateInstance(ctx, access, (tx) =>
    handOverHoldings(tx, ctx, { actor: access.caller, userId, input }, async ({ deactivatedAt }) => {
      if (deactivatedAt === null) throw new AppError("USER_NOT_SUSPENDED");
    }),
  );
  publishHandOver(ctx, done);
  return done.counts;
}
