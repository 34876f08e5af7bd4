import type { AuditAction, InstanceAction } from "@mdreader/contract";
import { type Tx, users } from "@mdreader/db";
import { and, eq, sql } from "drizzle-orm";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { isPersonal } from "../../account/service-accounts.ts";
import { endSessions, isOwnSession } from "../../session/lifecycle.ts";
import { recordAudit } from "../audit/record.ts";

type UserChanges = Partial<
  Pick<
    typeof users.$inferInsert,
    "deactivatedAt" | "emailVerified" | "emailVerifiedAt" | "passwordChangeRequired"
  >
>;

/**
 * Changes a user and records it.
 * @returns The address and username for an email about it.
 * @throws AppError NOT_FOUND
 */
export async function changeUser(
  tx: Tx,
  ctx: Context,
  { caller }: Access<InstanceAction>,
  id: string,
  { action, changes }: { action: AuditAction; changes: UserChanges },
): Promise<{ email: string; username: string }> {
  const [changed] = await tx
    .update(users)
    .set({ ...changes, updatedAt: sql`now()` })
    .where(and(eq(users.id, id), isPersonal))
    .returning({ email: users.email, username: users.username });
  if (changed === undefined) throw new AppError("NOT_FOUND");
  await recordAudit(tx, ctx, { action, actor: caller, target: { id, name: changed.email } });
  return changed;
}

/** Ends all sessions of a user. @returns Their ids, to notify their connections after the commit. */
export const endUserSessions = (tx: Tx, ctx: Context, id: string): Promise<string[]> =>
  endSessions(tx, ctx, isOwnSession(id));
