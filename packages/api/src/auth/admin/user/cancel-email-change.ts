import type { EmptyResult } from "@mdreader/contract";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { deleteEmailChange } from "../../email-change/pending.ts";
import { mutateInstance } from "../mutate-instance.ts";
import { changeUser } from "./change-user.ts";

/** Ends the pending change of a user's address. @throws AppError NOT_FOUND for an unknown user, or without a change. */
export async function cancelEmailChangeOfUser(
  ctx: Context,
  access: Access<"user.cancelEmailChange">,
  { id }: { id: string },
): Promise<EmptyResult> {
  await mutateInstance(ctx, access, async (tx) => {
    await changeUser(tx, ctx, access, id, { action: "account.emailChangeCanceled", changes: {} });
    if (!(await deleteEmailChange(tx, ctx, id))) throw new AppError("NOT_FOUND");
  });
  return { ok: true };
}
