import type { EmptyResult } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { deleteUserData, publishUserDeleted } from "../../account/delete-user-data.ts";
import { isPersonal } from "../../account/service-accounts.ts";
import { mutateInstance } from "../mutate-instance.ts";

/**
 * Deletes an account permanently, as if its user had deleted it. Superusers delete their own in their profile, where they
 * must confirm it.
 * @throws AppError ACCOUNT_OWN; NOT_FOUND; USER_OWNS_WORKSPACES while a workspace that only the user owns has other
 *   members.
 */
export async function deleteUser(
  ctx: Context,
  access: Access<"user.delete">,
  { id }: { id: string },
): Promise<EmptyResult> {
  if (id === access.caller.userId) throw new AppError("ACCOUNT_OWN");
  try {
    const deleted = await mutateInstance(ctx, access, async (tx) => {
      const [account] = await tx
        .select({ id: users.id, email: users.email, username: users.username })
        .from(users)
        .where(and(eq(users.id, id), isPersonal))
        .for("no key update");
      if (account === undefined) throw new AppError("NOT_FOUND");
      return deleteUserData(tx, ctx, access.caller, account);
    });
    publishUserDeleted(ctx, deleted);
  } catch (error) {
    const isSoleOwner = error instanceof AppError && error.reason === "SOLE_OWNER_OF_WORKSPACES";
    throw isSoleOwner ? new AppError("USER_OWNS_WORKSPACES") : error;
  }
  return { ok: true };
}
