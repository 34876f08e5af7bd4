import { isAtLeast } from "@mdreader/contract";
import { authIdentities, type Tx } from "@mdreader/db";
import { eq } from "drizzle-orm";

import { publishMembershipChanged } from "../../access/monitor/revocation.ts";
import type { Context } from "../../context.ts";
import type { Ports } from "../../ports.ts";
import { insertRevocationEvents, publishRevoked, type RevokedGrants } from "../account/revoke-granted.ts";
import { changeGrantedMemberships, type WantedRole } from "./granted-memberships.ts";
import { findProvider } from "./providers.ts";
import type { VerifiedIdentity } from "./verified-identity.ts";

/** Whose groups are applied. */
interface SignedIn {
  user: { id: string; username: string };
  identityId: string;
}

/** The workspaces whose members have changed. */
type ChangedWorkspaces = RevokedGrants["workspaces"];

/**
 * Stores the groups that a provider has named, and gives the user the roles in workspaces that the provider's settings
 * map them to. Only memberships that an earlier sign-in with this identity has granted are changed or ended.
 */
export async function applyGroups(
  tx: Tx,
  ctx: Context,
  { user, identityId }: SignedIn,
  { provider, groups }: VerifiedIdentity,
): Promise<ChangedWorkspaces> {
  await tx.update(authIdentities).set({ groups }).where(eq(authIdentities.id, identityId));
  const own = new Set(groups);
  const wanted = new Map<string, WantedRole>();
  for (const { group, workspaceId, role } of findProvider(ctx, provider).groupRoles) {
    const other = wanted.get(workspaceId);
    // The strongest role counts.
    if (own.has(group) && (other === undefined || isAtLeast(role, other.role)))
      wanted.set(workspaceId, { role, identityId });
  }
  const events = await changeGrantedMemberships(tx, ctx, { user, identityIds: [identityId], wanted });
  return insertRevocationEvents(tx, null, events, ctx);
}

/** Notifies open connections. Must be called after the commit. */
export function publishMembershipsChanged(
  services: Pick<Ports, "bus">,
  userId: string,
  workspaces: ChangedWorkspaces,
): void {
  publishRevoked(services, { keys: [], workspaces });
  for (const { workspaceId } of workspaces) publishMembershipChanged(services, workspaceId, userId);
}
