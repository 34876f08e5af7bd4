import type { EmptyResult } from "@mdreader/contract";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { mutateInstance } from "../mutate-instance.ts";
import { changeUser } from "./change-user.ts";

/** Marks a user's address as verified, for servers that send no email. @throws AppError NOT_FOUND */
export async function verifyUser(
  ctx: Context,
  access: Access<"user.verify">,
  { id }: { id: string },
): Promise<EmptyResult> {
  await mutateInstance(ctx, access, (tx) =>
    changeUser(tx, ctx, access, id, {
      action: "account.verifiedByAdmin",
      changes: { emailVerified: true, emailVerifiedAt: ctx.clock.now().toISOString() },
    }),
  );
  return { ok: true };
}
