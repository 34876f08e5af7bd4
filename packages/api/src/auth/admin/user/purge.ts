import type { EmptyResult } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { and, eq, isNotNull } from "drizzle-orm";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { extendStatementTimeout } from "../../../workspace/statement-timeout.ts";
import { announceDeletion } from "../../account/deleted-user.ts";
import { purgeAccount } from "../../account/purge-account.ts";
import { mutateInstance } from "../mutate-instance.ts";

/**
 * Purges a deleted account before its retention ends, as the nightly sweep does afterwards.
 * @throws AppError NOT_FOUND without such an account.
 */
export async function purgeUser(
  ctx: Context,
  access: Access<"user.purge">,
  { id }: { id: string },
): Promise<EmptyResult> {
  const { account, purged } = await mutateInstance(ctx, access, async (tx) => {
    const [locked] = await tx
      .select({ id: users.id, email: users.email, username: users.username })
      .from(users)
      .where(and(eq(users.id, id), isNotNull(users.purgeAt)))
      .for("no key update");
    if (locked === undefined) throw new AppError("NOT_FOUND");
    await extendStatementTimeout(tx);
    const actor = access.caller;
    return {
      account: locked,
      purged: await purgeAccount(tx, ctx, { action: "account.purged", actor }, locked),
    };
  });
  await announceDeletion(ctx, account, purged);
  return { ok: true };
}
