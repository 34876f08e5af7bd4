import type { Role, WorkspaceAction } from "@mdreader/contract";
import type { Tx } from "@mdreader/db";

import type { Caller, Services } from "../context.ts";
import { authorize, type WorkspaceAccess } from "./authorize.ts";
import { type EmitEvent, withEvents } from "./events.ts";
import {
  type LockedMember,
  lockMembers,
  lockRoleShared,
  lockWorkspaceExclusive,
  lockMembershipChanges,
} from "./locks.ts";
import type { DeletionState } from "./subject-queries.ts";

/** A transaction that changes something in a workspace. */
export interface WorkspaceMutation {
  readonly tx: Tx;
  readonly workspaceId: string;
  /** The caller's role, which stays theirs until the commit. */
  readonly role: Role;
  readonly emit: EmitEvent;
}

/** One that may change who is a member, and as what. */
export interface MembershipMutation extends WorkspaceMutation {
  /** The caller, whom else the change is about as far as they are members, and all owners. */
  readonly members: readonly LockedMember[];
}

type MutationPorts = Pick<Services, "database" | "bus">;

/**
 * Changes something in a workspace, in one transaction. The caller's membership is held still until the commit: whoever
 * takes a role away waits for the change, and a change that comes after finds the role gone. What it needs to know of
 * the workspace, such as its language, it reads in `work`: what `access` tells may have changed while it waited.
 *
 * @throws AppError NOT_FOUND or ROLE_TOO_LOW, when the access that was granted has been lost meanwhile.
 */
export function mutateWorkspace<A extends WorkspaceAction, T>(
  services: MutationPorts,
  action: A,
  access: WorkspaceAccess<A>,
  work: (change: WorkspaceMutation) => Promise<T>,
): Promise<T> {
  return withEvents(services, toEventSource(access), async (tx, record) =>
    work({ tx, workspaceId: access.workspaceId, role: await recheckRole(tx, action, access), emit: record }),
  );
}

/**
 * Changes who is a member of a workspace, what as, or whether it is there at all. Such changes take turns, and wait for
 * what the people concerned are writing.
 *
 * @param options `about` are those whose memberships may change, besides the caller's; `deletionState` is the state in which
 *   the change leaves the workspace.
 * @throws AppError as `mutateWorkspace`.
 */
export function mutateMembers<A extends WorkspaceAction, T>(
  services: MutationPorts,
  action: A,
  access: WorkspaceAccess<A>,
  { about = [], deletionState = "live" }: { about?: readonly string[]; deletionState?: DeletionState },
  work: (change: MembershipMutation) => Promise<T>,
): Promise<T> {
  const { workspaceId, caller } = access;
  return withEvents(services, { ...toEventSource(access), deletionState }, async (tx, record) => {
    await lockMembershipChanges(tx, workspaceId);
    const members = await lockMembers(tx, workspaceId, [caller.userId, ...about]);
    const own = members.find(({ userId }) => userId === caller.userId);
    const { role } = authorize(action, { caller, role: own?.role ?? null });
    return work({ tx, workspaceId, role, emit: record, members });
  });
}

/**
 * Changes what all of a workspace depends on, while nobody else changes anything in it.
 *
 * @throws AppError as `mutateWorkspace`.
 */
export function mutateWorkspaceExclusive<A extends WorkspaceAction, T>(
  services: MutationPorts,
  action: A,
  access: WorkspaceAccess<A>,
  work: (change: WorkspaceMutation) => Promise<T>,
): Promise<T> {
  return withEvents(services, toEventSource(access), async (tx, record) => {
    await lockWorkspaceExclusive(tx, access.workspaceId);
    return work({
      tx,
      workspaceId: access.workspaceId,
      role: await recheckRole(tx, action, access),
      emit: record,
    });
  });
}

const toEventSource = ({ workspaceId, caller }: { workspaceId: string; caller: Caller }) => ({
  workspaceId,
  actorId: caller.userId,
});

/** Checks once more, now that the role can't change any more. */
async function recheckRole<A extends WorkspaceAction>(
  tx: Tx,
  action: A,
  { workspaceId, caller }: WorkspaceAccess<A>,
): Promise<Role> {
  const role = await lockRoleShared(tx, workspaceId, caller.userId);
  return authorize(action, { caller, role }).role;
}
