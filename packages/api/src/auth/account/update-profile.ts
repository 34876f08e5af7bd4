import type { UpdateProfileInput, User } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { findViolatedConstraint } from "../../util/database-errors.ts";
import { userColumns } from "./columns.ts";

/**
 * Changes the caller's names; a full name of null removes it.
 * @throws AppError USERNAME_TAKEN.
 */
export async function updateProfile(
  { database }: Context,
  { caller }: Access<"account.manage">,
  { username, fullName }: UpdateProfileInput,
): Promise<User> {
  try {
    const [user] = await database.db
      .update(users)
      .set({ username, fullName, updatedAt: sql`now()` })
      .where(eq(users.id, caller.userId))
      .returning(userColumns);
    if (user === undefined) throw new AppError("SESSION_ENDED");
    return user;
  } catch (error) {
    throw findViolatedConstraint(error) === "users_username_key" ? new AppError("USERNAME_TAKEN") : error;
  }
}
