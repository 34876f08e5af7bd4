import { isAtLeast } from "@mdreader/contract";
import { authIdentities, type Tx } from "@mdreader/db";
import { eq } from "drizzle-orm";

import { publishMembershipChanged } from "../../access/monitor/access-changes.ts";
import type { Context } from "../../context.ts";
import type { Ports } from "../../ports.ts";
import { insertEventsByWorkspace, type WrittenEvents } from "../../workspace/event-log.ts";
import { publishRevokedGrants } from "../account/revoke-granted.ts";
import { changeGrantedMemberships, type GroupGrant } from "./granted-memberships.ts";
import { findProvider } from "./providers.ts";
import type { VerifiedIdentity } from "./verified-identity.ts";

/** The person whose groups are applied, and the identity that reported them. */
interface GroupMember {
  user: { id: string; username: string };
  identityId: string;
}

/**
 * Stores the groups that a provider has named, and gives the user the roles in workspaces that the provider's settings
 * map them to. Only memberships that an earlier sign-in with this identity has granted are changed or ended.
 */
export async function applyGroups(
  tx: Tx,
  ctx: Context,
  { user, identityId }: GroupMember,
  { provider, groups }: VerifiedIdentity,
): Promise<WrittenEvents[]> {
  await tx.update(authIdentities).set({ groups }).where(eq(authIdentities.id, identityId));
  const reportedGroups = new Set(groups);
  const grants = new Map<string, GroupGrant>();
  for (const { group, workspaceId, role } of findProvider(ctx, provider).groupRoles) {
    const other = grants.get(workspaceId);
    // The strongest role counts.
    if (reportedGroups.has(group) && (other === undefined || isAtLeast(role, other.role)))
      grants.set(workspaceId, { role, identityId });
  }
  const events = await changeGrantedMemberships(tx, ctx, { user, identityIds: [identityId], grants });
  return insertEventsByWorkspace(tx, null, events, ctx);
}

/** Notifies open connections. Must be called after the commit. */
export function publishMembershipsChanged(
  services: Pick<Ports, "bus">,
  userId: string,
  workspaces: WrittenEvents[],
): void {
  publishRevokedGrants(services, { keys: [], workspaces });
  for (const { workspaceId } of workspaces) publishMembershipChanged(services, workspaceId, userId);
}
