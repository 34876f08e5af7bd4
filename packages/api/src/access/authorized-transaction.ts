import { policy, type Role, type WorkspaceAction } from "@mdreader/contract";
import type { Tx } from "@mdreader/db";

import type { AuditSource } from "../auth/admin/audit/record.ts";
import type { Ports } from "../ports.ts";
import { type EmitEvent, type EventSource, withEvents } from "../workspace/event-log.ts";
import { authorize, type WorkspaceAccess } from "./authorize.ts";
import type { Caller } from "./identity.ts";
import {
  lockAccountSharedIfActive,
  lockActiveAccountShared,
  type LockedMember,
  lockMembers,
  lockRoleShared,
  lockWorkspaceExclusive,
  lockMembershipChanges,
  recheckCredential,
} from "./locks.ts";
import type { DeletionState } from "./resources.ts";

/** A transaction that changes something in a workspace. */
export interface WorkspaceMutation {
  readonly tx: Tx;
  readonly workspaceId: string;
  /** The caller's role, which cannot change before the commit. */
  readonly role: Role;
  readonly emit: EmitEvent;
}

/** A transaction that may change memberships and roles. */
export interface MembershipMutation extends WorkspaceMutation {
  /** The locked memberships: the caller's, those of the affected users, and those of all owners. */
  readonly members: readonly LockedMember[];
}

type MutationPorts = Pick<Ports, "database" | "bus"> & AuditSource;

/**
 * Changes something in a workspace in one transaction. The caller's membership is locked until the commit: a concurrent
 * demotion waits for the change, and a change after a demotion fails. `work` must read workspace settings such as the
 * language itself, because the facts in `access` may be outdated by the time the lock is acquired.
 *
 * @throws AppError NOT_FOUND, ROLE_TOO_LOW or WORKSPACE_SECOND_FACTOR_REQUIRED when the granted access has been lost in the meantime.
 */
export function mutateWorkspace<A extends WorkspaceAction, T>(
  services: MutationPorts,
  action: A,
  access: WorkspaceAccess<A>,
  work: (change: WorkspaceMutation) => Promise<T>,
): Promise<T> {
  return withEvents(services, toEventSource(action, access), async (tx, emit) =>
    work({ tx, workspaceId: access.workspaceId, role: await recheckRole(tx, action, access), emit }),
  );
}

/**
 * Changes the members of a workspace or their roles, or deletes or restores the workspace. Such changes are serialized,
 * and wait for pending writes of the affected members.
 *
 * @param options `affectedUserIds` lists the users whose memberships may change, besides the caller; `newMemberId` is the
 *   one who becomes a member; `deletionState` is the state in which the change leaves the workspace.
 * @throws AppError as `mutateWorkspace`; SESSION_ENDED when the session or key has ended in the meantime.
 */
export function mutateMembers<A extends WorkspaceAction, T>(
  services: MutationPorts,
  action: A,
  access: WorkspaceAccess<A>,
  {
    affectedUserIds = [],
    newMemberId,
    deletionState = "live",
  }: { affectedUserIds?: readonly string[]; newMemberId?: string; deletionState?: DeletionState },
  work: (change: MembershipMutation) => Promise<T>,
): Promise<T> {
  const { workspaceId, caller } = access;
  return withEvents(services, { ...toEventSource(action, access), deletionState }, async (tx, emit) => {
    await lockActiveAccountShared(tx, caller.userId);
    if (newMemberId !== undefined) await lockAccountSharedIfActive(tx, newMemberId);
    await recheckCredential(tx, caller);
    await lockMembershipChanges(tx, workspaceId);
    const members = await lockMembers(tx, workspaceId, [caller.userId, ...affectedUserIds]);
    const membership = members.find(({ userId }) => userId === caller.userId);
    const { role } = authorize(action, { caller, role: membership?.role ?? null });
    return work({ tx, workspaceId, role, emit, members });
  });
}

/**
 * Changes a setting that everything in a workspace depends on, while no other change of the workspace runs.
 *
 * @throws AppError as `mutateWorkspace`.
 */
export function mutateWorkspaceExclusive<A extends WorkspaceAction, T>(
  services: MutationPorts,
  action: A,
  access: WorkspaceAccess<A>,
  work: (change: WorkspaceMutation) => Promise<T>,
): Promise<T> {
  return withEvents(services, toEventSource(action, access), async (tx, emit) => {
    await lockActiveAccountShared(tx, access.caller.userId);
    await lockWorkspaceExclusive(tx, access.workspaceId);
    return work({
      tx,
      workspaceId: access.workspaceId,
      role: await recheckRole(tx, action, access),
      emit,
    });
  });
}

const toEventSource = (
  action: WorkspaceAction,
  { workspaceId, caller }: { workspaceId: string; caller: Caller },
): EventSource => ({
  workspaceId,
  actorId: caller.userId,
  ...(policy[action].allowsMissingFactor !== true && { caller }),
});

/** Checks again, now that the role is locked. */
async function recheckRole<A extends WorkspaceAction>(
  tx: Tx,
  action: A,
  { workspaceId, caller }: WorkspaceAccess<A>,
): Promise<Role> {
  const role = await lockRoleShared(tx, workspaceId, caller.userId);
  return authorize(action, { caller, role }).role;
}
