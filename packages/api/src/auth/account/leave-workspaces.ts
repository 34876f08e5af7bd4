import { type Tx, users, workspaceMembers, workspaces } from "@mdreader/db";
import { and, asc, eq, inArray, isNull, ne, or } from "drizzle-orm";

import { lockMembershipChanges } from "../../access/locks.ts";
import { AppError } from "../../errors.ts";
import { isPersonal } from "./service-accounts.ts";

/** The workspaces that a user leaves: those that only the user owns, and the others. */
interface LeftWorkspaces {
  owned: string[];
  shared: string[];
}

/**
 * Acquires the membership lock of each workspace that the user is in, and locks the memberships of the user and the
 * other owners, so that no other owner leaves in the meantime. A fixed order rules out deadlocks between accounts that
 * are deleted at the same time.
 *
 * @throws AppError SOLE_OWNER_OF_WORKSPACES while a workspace that only the user owns has other members.
 */
export async function lockMemberships(tx: Tx, userId: string): Promise<LeftWorkspaces> {
  const memberships = await tx
    .select({ workspaceId: workspaceMembers.workspaceId })
    .from(workspaceMembers)
    .where(eq(workspaceMembers.userId, userId))
    .orderBy(asc(workspaceMembers.workspaceId));
  for (const { workspaceId } of memberships) await lockMembershipChanges(tx, workspaceId);
  const ownedByUser = tx
    .select({ id: workspaceMembers.workspaceId })
    .from(workspaceMembers)
    .where(and(eq(workspaceMembers.userId, userId), eq(workspaceMembers.role, "owner")));
  const locked = await tx
    .select()
    .from(workspaceMembers)
    .where(
      or(
        eq(workspaceMembers.userId, userId),
        and(eq(workspaceMembers.role, "owner"), inArray(workspaceMembers.workspaceId, ownedByUser)),
      ),
    )
    .orderBy(asc(workspaceMembers.workspaceId), asc(workspaceMembers.userId))
    .for("update");
  const coOwned = new Set(locked.flatMap((member) => (member.userId === userId ? [] : member.workspaceId)));
  const ownMemberships = locked.filter((member) => member.userId === userId);
  const isSoleOwnership = (member: (typeof ownMemberships)[number]) =>
    member.role === "owner" && !coOwned.has(member.workspaceId);
  const owned = ownMemberships.filter(isSoleOwnership).map((member) => member.workspaceId);
  if (owned.length > 0) await assertUnused(tx, userId, owned);
  return {
    owned,
    shared: ownMemberships.filter((member) => !isSoleOwnership(member)).map((member) => member.workspaceId),
  };
}

/** Workspaces in the trash count as unused, because nobody else could restore them. */
async function assertUnused(tx: Tx, userId: string, owned: readonly string[]): Promise<void> {
  const used = await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .innerJoin(workspaceMembers, eq(workspaceMembers.workspaceId, workspaces.id))
    .innerJoin(users, eq(users.id, workspaceMembers.userId))
    .where(
      and(
        inArray(workspaces.id, [...owned]),
        isNull(workspaces.deletedAt),
        ne(workspaceMembers.userId, userId),
        isPersonal,
      ),
    )
    .limit(1);
  if (used.length > 0) throw new AppError("SOLE_OWNER_OF_WORKSPACES");
}
