import type { EmptyResult } from "@mdreader/contract";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { mutateInstance } from "../mutate-instance.ts";
import { changeUser } from "./change-user.ts";

/** Ends a suspension. API keys work again; the sessions remain ended. @throws AppError NOT_FOUND */
export async function reactivateUser(
  ctx: Context,
  access: Access<"user.reactivate">,
  { id }: { id: string },
): Promise<EmptyResult> {
  await mutateInstance(ctx, access, (tx) =>
    changeUser(tx, ctx, access, id, { action: "account.reactivated", changes: { deactivatedAt: null } }),
  );
  return { ok: true };
}
