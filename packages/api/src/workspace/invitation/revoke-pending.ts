import { canManageRole, type Role, roles } from "@mdreader/contract";
import { workspaceInvitations } from "@mdreader/db";
import { and, eq, inArray, type SQL } from "drizzle-orm";

import type { WorkspaceMutation } from "../../access/authorized-transaction.ts";
import type { Ports } from "../../ports.ts";
import { isPending } from "./pending.ts";

/**
 * Revokes pending invitations of a workspace, and records an event for each.
 * @param condition A condition on `workspace_invitations`.
 * @returns The number of revoked invitations.
 */
export async function revokePendingInvitations(
  services: Pick<Ports, "clock">,
  { tx, workspaceId, emit }: WorkspaceMutation,
  condition: SQL | undefined,
): Promise<number> {
  const revoked = await tx
    .update(workspaceInvitations)
    .set({ revokedAt: services.clock.now().toISOString() })
    .where(and(eq(workspaceInvitations.workspaceId, workspaceId), condition, isPending(services)))
    .returning({ id: workspaceInvitations.id, email: workspaceInvitations.email });
  for (const { id, email } of revoked) {
    emit({ kind: "invitation.revoked", subjectId: id, subjectName: email });
  }
  return revoked.length;
}

/** Revokes the invitations that a user created and could not create with their current role. */
export async function revokeInvitationsAbove(
  services: Pick<Ports, "clock">,
  change: WorkspaceMutation,
  { userId, role }: { userId: string; role: Role | null },
): Promise<void> {
  const rolesAbove = roles.filter((other) => role === null || !canManageRole(role, other));
  await revokePendingInvitations(
    services,
    change,
    and(eq(workspaceInvitations.invitedBy, userId), inArray(workspaceInvitations.role, rolesAbove)),
  );
}
