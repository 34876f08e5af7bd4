import type { Invitation } from "@mdreader/contract";
import { workspaceInvitations } from "@mdreader/db";
import { and, gt, isNotNull, isNull, lt, not, type SQL } from "drizzle-orm";

import type { Ports } from "../../ports.ts";
import { toPerson, type PersonRow } from "../person.ts";

type ClockPorts = Pick<Ports, "clock">;

/**
 * A condition for invitations that can be accepted, by their own rows: not revoked, used up or expired, and created by
 * a user whose account exists. When a member may no longer grant the role of an invitation that they created, it is
 * revoked in the same transaction.
 */
export function isPending({ clock }: ClockPorts): SQL | undefined {
  return and(
    isNull(workspaceInvitations.revokedAt),
    lt(workspaceInvitations.uses, workspaceInvitations.maxUses),
    gt(workspaceInvitations.expiresAt, clock.now().toISOString()),
    isNotNull(workspaceInvitations.invitedBy),
  );
}

/** The negation. None of the compared columns is null, so each invitation matches exactly one of the two conditions. */
export function isNotPending(services: ClockPorts): SQL | undefined {
  const condition = isPending(services);
  return condition && not(condition);
}

/** The columns of an `Invitation`, except its inviter's. */
export const invitationColumns = {
  id: workspaceInvitations.id,
  role: workspaceInvitations.role,
  email: workspaceInvitations.email,
  maxUses: workspaceInvitations.maxUses,
  uses: workspaceInvitations.uses,
  invitedBy: workspaceInvitations.invitedBy,
  createdAt: workspaceInvitations.createdAt,
  expiresAt: workspaceInvitations.expiresAt,
};

type InvitationRow = Pick<typeof workspaceInvitations.$inferSelect, keyof typeof invitationColumns>;

/** @param row An invitation with its inviter's names, if the account exists. */
export function toInvitation(row: InvitationRow & Omit<PersonRow, "userId">): Invitation {
  const { id, role, email, maxUses, uses, createdAt, expiresAt } = row;
  const { invitedBy: userId, username, fullName } = row;
  const invitedBy = toPerson({ userId, username, fullName });
  return { id, role, email, invitedBy, usesLeft: maxUses - uses, createdAt, expiresAt };
}
