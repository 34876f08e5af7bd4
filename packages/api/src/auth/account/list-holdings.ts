import type { Holding, HoldingListInput, Page } from "@mdreader/contract";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { readHoldings } from "./holdings.ts";

/** Lists what the caller would leave behind. @throws AppError BAD_CURSOR. */
export const listHoldings = (
  ctx: Context,
  { caller }: Access<"account.manage">,
  input: HoldingListInput,
): Promise<Page<Holding>> => readHoldings(ctx, caller.userId, input);
