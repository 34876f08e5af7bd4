import { type EmptyResult, type MemberAddInput } from "@mdreader/contract";
import { users, workspaceMembers, workspaces } from "@mdreader/db";
import { and, eq, exists, isNull } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";

import type { WorkspaceAccess } from "../../access/authorize.ts";
import { type MembershipMutation, mutateMembers } from "../../access/authorized-transaction.ts";
import type { Caller } from "../../access/identity.ts";
import { publishMembershipChanged } from "../../access/monitor/access-changes.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import {
  assertNoMember,
  consumeInvitationLimit,
  createInvitation,
  revokePreviousInvitation,
} from "../invitation/create.ts";
import { assertCanManageRole } from "./manage-role.ts";

/** The lifetime of an invitation that is sent instead, in days. */
const expiresInDays = 7;

/**
 * Makes a person with this address a member, if they share a workspace with the caller and have verified the address.
 * Everybody else gets an invitation, which proves the address. The result is the same, so that it does not reveal whether
 * a stranger has an account.
 *
 * @throws AppError ROLE_TOO_LOW for a role that the caller may not grant; ALREADY_MEMBER; LIMIT_REACHED; RATE_LIMITED.
 */
export async function addMember(
  ctx: Context,
  access: WorkspaceAccess<"member.add">,
  { email, role }: MemberAddInput,
): Promise<EmptyResult> {
  const userId = await findColleague(ctx, access.caller, email);
  if (userId === null) {
    await createInvitation(ctx, access, { ...access, email, role, maxUses: 1, expiresInDays });
    return { ok: true };
  }
  await consumeInvitationLimit(ctx, access.caller);
  await mutateMembers(
    ctx,
    "member.add",
    access,
    { affectedUserIds: [userId], newMemberId: userId },
    (change) => insertMember(ctx, change, { userId, email, role }),
  );
  publishMembershipChanged(ctx, access.workspaceId, userId);
  return { ok: true };
}

const shared = alias(workspaceMembers, "shared");

/**
 * Finds the account of a person who shares a workspace with the caller, whose members see each other's addresses. A key
 * that is limited to a workspace finds nobody outside of it.
 */
async function findColleague(
  { database: { db } }: Context,
  { userId, keyWorkspaceId }: Caller,
  email: string,
): Promise<string | null> {
  if (keyWorkspaceId !== null) return null;
  const [found] = await db
    .select({ id: users.id })
    .from(users)
    .where(
      and(
        eq(users.email, email),
        isNull(users.deactivatedAt),
        users.emailVerified,
        exists(
          db
            .select({ id: workspaces.id })
            .from(workspaceMembers)
            .innerJoin(shared, eq(shared.workspaceId, workspaceMembers.workspaceId))
            .innerJoin(workspaces, eq(workspaces.id, workspaceMembers.workspaceId))
            .where(
              and(
                eq(workspaceMembers.userId, userId),
                eq(shared.userId, users.id),
                isNull(workspaces.deletedAt),
              ),
            ),
        ),
      ),
    );
  return found?.id ?? null;
}

async function insertMember(
  ctx: Context,
  change: MembershipMutation,
  { userId, email, role }: { userId: string } & Pick<MemberAddInput, "email" | "role">,
): Promise<void> {
  const { tx, workspaceId, role: callerRole, emit } = change;
  assertCanManageRole(callerRole, role);
  const [account] = await tx
    .select({ username: users.username })
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.deactivatedAt), users.emailVerified));
  // The account was deleted or suspended, or its address changed, in the meantime.
  if (account === undefined) throw new AppError("UNAVAILABLE", { retryAfter: 1 });
  await assertNoMember(change, email);
  await revokePreviousInvitation(ctx, change, email);
  await tx.insert(workspaceMembers).values({ workspaceId, userId, role });
  emit({ kind: "member.joined", subjectId: userId, subjectName: account.username, data: { role } });
}
