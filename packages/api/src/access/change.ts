import type { Role, WorkspaceAction } from "@mdreader/contract";
import type { Tx } from "@mdreader/db";

import type { Caller, Services } from "../context.ts";
import { authorize, type WorkspaceAccess } from "./authorize.ts";
import { type Recorder, recorded } from "./events.ts";
import { type HeldMember, holdMembers, holdRole, holdWorkspace, takeTurn } from "./hold.ts";
import type { State } from "./scope.ts";

/** A transaction that changes something in a workspace. */
export interface Change {
  readonly tx: Tx;
  readonly workspaceId: string;
  /** The caller's role, which stays theirs until the commit. */
  readonly role: Role;
  readonly record: Recorder;
}

/** One that may change who is a member, and as what. */
export interface MembershipChange extends Change {
  /** The caller, whom else the change is about as far as they are members, and all owners. */
  readonly members: readonly HeldMember[];
}

type Needs = Pick<Services, "database" | "bus">;

/**
 * Changes something in a workspace, in one transaction. The caller's membership is held still until the commit: whoever
 * takes a role away waits for the change, and a change that comes after finds the role gone. What it needs to know of
 * the workspace, such as its language, it reads in `work`: what `access` tells may have changed while it waited.
 *
 * @throws AppError NOT_FOUND or ROLE_TOO_LOW, when the access that was granted has been lost meanwhile.
 */
export function change<A extends WorkspaceAction, T>(
  services: Needs,
  action: A,
  access: WorkspaceAccess<A>,
  work: (change: Change) => Promise<T>,
): Promise<T> {
  return recorded(services, sourceOf(access), async (tx, record) =>
    work({ tx, workspaceId: access.workspaceId, role: await roleHeld(tx, action, access), record }),
  );
}

/**
 * Changes who is a member of a workspace, what as, or whether it is there at all. Such changes take turns, and wait for
 * what the people concerned are writing.
 *
 * @param options `about` are those whose memberships may change, besides the caller's; `leaves` is the state in which
 *   the change leaves the workspace.
 * @throws AppError as `change`.
 */
export function changeMembership<A extends WorkspaceAction, T>(
  services: Needs,
  action: A,
  access: WorkspaceAccess<A>,
  { about = [], leaves = "live" }: { about?: readonly string[]; leaves?: State },
  work: (change: MembershipChange) => Promise<T>,
): Promise<T> {
  const { workspaceId, caller } = access;
  return recorded(services, { ...sourceOf(access), leaves }, async (tx, record) => {
    await takeTurn(tx, workspaceId);
    const members = await holdMembers(tx, workspaceId, [caller.userId, ...about]);
    const own = members.find(({ userId }) => userId === caller.userId);
    const { role } = authorize(action, { caller, role: own?.role ?? null });
    return work({ tx, workspaceId, role, record, members });
  });
}

/**
 * Changes what all of a workspace depends on, while nobody else changes anything in it.
 *
 * @throws AppError as `change`.
 */
export function changeAlone<A extends WorkspaceAction, T>(
  services: Needs,
  action: A,
  access: WorkspaceAccess<A>,
  work: (change: Change) => Promise<T>,
): Promise<T> {
  return recorded(services, sourceOf(access), async (tx, record) => {
    await holdWorkspace(tx, access.workspaceId);
    return work({ tx, workspaceId: access.workspaceId, role: await roleHeld(tx, action, access), record });
  });
}

const sourceOf = ({ workspaceId, caller }: { workspaceId: string; caller: Caller }) => ({
  workspaceId,
  actorId: caller.userId,
});

/** Checks once more, now that the role can't change any more. */
async function roleHeld<A extends WorkspaceAction>(
  tx: Tx,
  action: A,
  { workspaceId, caller }: WorkspaceAccess<A>,
): Promise<Role> {
  const role = await holdRole(tx, workspaceId, caller.userId);
  return authorize(action, { caller, role }).role;
}
