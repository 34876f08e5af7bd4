import type { Invitation } from "@mdreader/contract";
import { workspaceInvitations } from "@mdreader/db";
import { and, gt, isNotNull, isNull, lt, not, type SQL } from "drizzle-orm";

import type { Services } from "../../context.ts";
import { toPerson, type PersonRow } from "../person.ts";

type ClockPorts = Pick<Services, "clock">;

/**
 * Which invitations can be accepted, as far as their own rows tell: neither revoked, used up nor expired, and made by
 * someone who is still here. When a member may no longer give the role of an invitation that they made, it is revoked
 * in the same transaction.
 */
export function isPending({ clock }: ClockPorts): SQL | undefined {
  return and(
    isNull(workspaceInvitations.revokedAt),
    lt(workspaceInvitations.uses, workspaceInvitations.maxUses),
    gt(workspaceInvitations.expiresAt, clock.now().toISOString()),
    isNotNull(workspaceInvitations.invitedBy),
  );
}

/** The opposite. No column above is null where it is compared, so that "not" leaves nothing between the two. */
export function isNotPending(services: ClockPorts): SQL | undefined {
  const condition = isPending(services);
  return condition && not(condition);
}

/** The columns that an `Invitation` is made of, but for its inviter's. */
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

/** @param row An invitation with its inviter's names, where that is still someone. */
export function toInvitation(row: InvitationRow & Omit<PersonRow, "userId">): Invitation {
  const { id, role, email, maxUses, uses, createdAt, expiresAt } = row;
  const { invitedBy: userId, username, fullName } = row;
  const invitedBy = toPerson({ userId, username, fullName });
  return { id, role, email, invitedBy, usesLeft: maxUses - uses, createdAt, expiresAt };
}
