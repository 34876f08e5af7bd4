import type { User } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { AccountCheck } from "../../access/resource-checks.ts";
import { AppError } from "../../errors.ts";
import { userColumns } from "./columns.ts";

/** The caller's own account. */
export async function getMe(check: AccountCheck<"account.read">): Promise<User> {
  const { rows } = await check.selectPrepared("auth.me", () =>
    check.db.select(userColumns).from(users).where(eq(users.id, check.subject.userId)),
  );
  const [user] = rows;
  if (user === undefined) throw new AppError("SESSION_ENDED");
  return user;
}
