import type { TestMailResult } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors.ts";

/** Sends an email to the caller's own address at once, to test the mail server. @throws AppError RATE_LIMITED */
export async function sendTestMail(
  { database, limiter, operations }: Context,
  { caller }: Access<"system.sendTestMail">,
): Promise<TestMailResult> {
  await limiter.consume("mail", `test ${caller.userId}`);
  const [user] = await database.db
    .select({ to: users.email, username: users.username })
    .from(users)
    .where(eq(users.id, caller.userId));
  if (user === undefined) throw new AppError("SESSION_ENDED");
  return operations.sendTestMail({ kind: "test", ...user });
}
