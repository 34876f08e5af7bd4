import type { Holding, HoldingListInput, Page } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { readHoldings } from "../../account/holdings.ts";
import { isPersonal } from "../../account/service-accounts.ts";

/** Lists what a user would leave behind. @throws AppError NOT_FOUND; BAD_CURSOR. */
export async function listHoldingsOfUser(
  ctx: Context,
  _access: Access<"user.listHoldings">,
  { id, ...page }: HoldingListInput & { id: string },
): Promise<Page<Holding>> {
  if ((await ctx.database.db.$count(users, and(eq(users.id, id), isPersonal))) === 0)
    throw new AppError("NOT_FOUND");
  return readHoldings(ctx, id, page);
}
