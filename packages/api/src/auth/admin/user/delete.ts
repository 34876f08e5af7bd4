import type { AccountDeletion } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { announceDeletion } from "../../account/deleted-user.ts";
import { removeAccount } from "../../account/remove-account.ts";
import { isPersonal } from "../../account/service-accounts.ts";
import { mutateInstance } from "../mutate-instance.ts";

/**
 * Deletes an account as if its user had deleted it. Superusers delete their own in their profile, where they
 * must confirm it.
 * @throws AppError ACCOUNT_OWN; NOT_FOUND; USER_OWNS_WORKSPACES while a workspace that only the user owns has other
 *   members.
 */
export async function deleteUser(
  ctx: Context,
  access: Access<"user.delete">,
  { id }: { id: string },
): Promise<AccountDeletion> {
  if (id === access.caller.userId) throw new AppError("ACCOUNT_OWN");
  try {
    const { account, deleted } = await mutateInstance(ctx, access, async (tx) => {
      const [locked] = await tx
        .select({ id: users.id, email: users.email, username: users.username })
        .from(users)
        .where(and(eq(users.id, id), isPersonal))
        .for("no key update");
      if (locked === undefined) throw new AppError("NOT_FOUND");
      return { account: locked, deleted: await removeAccount(tx, ctx, access.caller, locked) };
    });
    return await announceDeletion(ctx, account, deleted);
  } catch (error) {
    const isSoleOwner = error instanceof AppError && error.reason === "SOLE_OWNER_OF_WORKSPACES";
    throw isSoleOwner ? new AppError("USER_OWNS_WORKSPACES") : error;
  }
}
