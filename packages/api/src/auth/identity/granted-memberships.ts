import type { Role } from "@mdreader/contract";
import { type Tx, workspaceMembers, workspaces } from "@mdreader/db";
import { and, eq, inArray, isNull } from "drizzle-orm";

import { lockMembershipChanges } from "../../access/locks.ts";
import type { Ports } from "../../ports.ts";
import type { NewEvent, NewWorkspaceEvent } from "../../workspace/event-log.ts";
import { removeMembership, setRole } from "../../workspace/member/membership.ts";

/** A role that the groups of an identity give. */
export interface GroupGrant {
  role: Role;
  identityId: string;
}

interface GrantedRoles {
  user: { id: string; username: string };
  /** The identities whose memberships may change. */
  identityIds: readonly string[];
  /** The roles that the user has from now on, by workspace. */
  grants: ReadonlyMap<string, GroupGrant>;
}

/**
 * Adds, changes and ends the memberships that identities have granted, so that those in `grants` remain. Memberships
 * that people have granted or changed stay as they are. The account's row must be locked.
 * @returns The events of the workspaces, for the end of the transaction.
 */
export async function changeGrantedMemberships(
  tx: Tx,
  services: Pick<Ports, "clock">,
  { user, identityIds, grants }: GrantedRoles,
): Promise<NewWorkspaceEvent[]> {
  const isOwn = eq(workspaceMembers.userId, user.id);
  const granted = await tx
    .select({ workspaceId: workspaceMembers.workspaceId })
    .from(workspaceMembers)
    .where(and(isOwn, inArray(workspaceMembers.grantedBy, [...identityIds])));
  const ids = [...new Set([...grants.keys(), ...granted.map(({ workspaceId }) => workspaceId)])].toSorted();
  if (ids.length === 0) return [];
  for (const id of ids) await lockMembershipChanges(tx, id);
  const members = await tx
    .select()
    .from(workspaceMembers)
    .where(and(isOwn, inArray(workspaceMembers.workspaceId, ids)))
    .for("update");
  const live = await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(and(inArray(workspaces.id, ids), isNull(workspaces.deletedAt)));
  const events: NewWorkspaceEvent[] = [];
  for (const workspaceId of ids) {
    const emit = (event: NewEvent) => void events.push({ workspaceId, event });
    const member = members.find((found) => found.workspaceId === workspaceId);
    const role = grants.get(workspaceId) ?? null;
    const subject = { subjectId: user.id, subjectName: user.username };
    if (member === undefined) {
      if (role === null || !live.some(({ id }) => id === workspaceId)) continue;
      const joining = { workspaceId, userId: user.id, role: role.role, grantedBy: role.identityId };
      await tx.insert(workspaceMembers).values(joining);
      emit({ kind: "member.joined", ...subject, data: { ...role } });
      continue;
    }
    const { grantedBy, role: former } = member;
    if (grantedBy === null || !identityIds.includes(grantedBy) || role?.role === former) continue;
    const change = { tx, workspaceId, role: former, emit, members: [] };
    if (role === null) {
      await removeMembership(services, change, member);
      emit({ kind: "member.removed", ...subject, data: { role: former, identityId: grantedBy } });
    } else {
      await setRole(services, change, member, role.role, grantedBy);
      emit({
        kind: "member.roleChanged",
        ...subject,
        data: { from: former, to: role.role, identityId: grantedBy },
      });
    }
  }
  return events;
}
