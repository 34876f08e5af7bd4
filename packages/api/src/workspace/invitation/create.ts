import { type Invitation, type InvitationCreateInput, type Person } from "@mdreader/contract";
import { users, workspaceInvitations, workspaceMembers } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { WorkspaceAccess } from "../../access/authorize.ts";
import {
  mutateWorkspace,
  mutateMembers,
  type MembershipMutation,
} from "../../access/authorized-transaction.ts";
import type { Caller } from "../../access/identity.ts";
import { hashSecret, createSecret } from "../../auth/secrets.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import type { GrantingLink } from "../../ports.ts";
import { assertCanManageRole } from "../member/manage-role.ts";
import { toDisplayName } from "../person.ts";
import { isNotPending, invitationColumns, isPending, toInvitation } from "./pending.ts";
import { revokePendingInvitations } from "./revoke-pending.ts";

/** Maximum number of pending invitations per workspace. */
export const maxPendingInvitations = 500;

type CreateAccess = WorkspaceAccess<"invitation.create" | "member.add">;

/**
 * Creates an invitation, for an email address or for anyone with the link. The token is in the response and the email
 * only. A new invitation to an address replaces the previous one.
 *
 * @throws AppError ROLE_TOO_LOW for a role that the caller may not grant; ALREADY_MEMBER; LIMIT_REACHED; RATE_LIMITED.
 */
export async function createInvitation(
  ctx: Context,
  access: CreateAccess,
  input: InvitationCreateInput,
): Promise<Invitation & { token: string; url: string }> {
  if (input.email !== undefined) await consumeInvitationLimit(ctx, access.caller);
  const token = createSecret();
  // The token is in the fragment, which browsers do not send, so it never appears in a log.
  const url = `${ctx.settings.appUrl}/invitation#token=${token}`;
  const { invitation, inviter } = await mutateMembers(ctx, "invitation.create", access, {}, (membership) =>
    insertInvitation(ctx, membership, { ...input, inviterId: access.caller.userId, token }),
  );
  if (input.email !== undefined) {
    await sendInvitation(ctx, access, invitation.id, {
      to: input.email,
      inviter,
      url,
      expiresAt: invitation.expiresAt,
    });
  }
  return { ...invitation, token, url };
}

/**
 * Counts an invitation by email or of a colleague. Keys that are limited to a workspace share a limit, so that nobody gets
 * more by creating keys.
 * @throws AppError RATE_LIMITED
 */
export async function consumeInvitationLimit(
  { limiter }: Context,
  { userId, keyWorkspaceId }: Caller,
): Promise<void> {
  await limiter.consume("invitation", userId);
  if (keyWorkspaceId !== null) await limiter.consume("invitation", `workspace ${keyWorkspaceId}`);
}

type NewInvitation = InvitationCreateInput & { inviterId: string; token: string };

async function insertInvitation(ctx: Context, membership: MembershipMutation, fields: NewInvitation) {
  const { tx, workspaceId, role: callerRole, emit } = membership;
  const { role, email, maxUses, inviterId } = fields;
  assertCanManageRole(callerRole, role);
  const inviter = await findPerson(membership, inviterId);
  if (email !== undefined) {
    await assertNoMember(membership, email);
    await revokePreviousInvitation(ctx, membership, email);
  }
  await enforceInvitationLimit(ctx, membership);
  const [inserted] = await tx
    .insert(workspaceInvitations)
    .values({
      workspaceId,
      role,
      email,
      maxUses,
      invitedBy: inviterId,
      tokenHash: hashSecret(fields.token),
      expiresAt: new Date(ctx.clock.now().getTime() + fields.expiresInDays * 86_400_000).toISOString(),
    })
    .returning(invitationColumns);
  if (inserted === undefined) throw new Error("no invitation was inserted");
  emit({
    kind: "invitation.created",
    subjectId: inserted.id,
    subjectName: inserted.email,
    data: { role },
  });
  const { username, fullName } = inviter;
  return { invitation: toInvitation({ ...inserted, username, fullName }), inviter };
}

async function findPerson({ tx }: MembershipMutation, id: string): Promise<Person> {
  const [found] = await tx
    .select({ id: users.id, username: users.username, fullName: users.fullName })
    .from(users)
    .where(eq(users.id, id));
  if (found === undefined) throw new AppError("SESSION_ENDED");
  return found;
}

/** @throws AppError ALREADY_MEMBER */
export async function assertNoMember({ tx, workspaceId }: MembershipMutation, email: string): Promise<void> {
  const found = await tx
    .select({ id: users.id })
    .from(users)
    .innerJoin(
      workspaceMembers,
      and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.userId, users.id)),
    )
    .where(eq(users.email, email));
  if (found.length > 0) throw new AppError("ALREADY_MEMBER");
}

/** Revokes the previous invitation to the address. @throws AppError ROLE_TOO_LOW when the caller may not revoke it. */
export async function revokePreviousInvitation(
  ctx: Context,
  membership: MembershipMutation,
  email: string,
): Promise<void> {
  const { tx, workspaceId, role: callerRole } = membership;
  const matchesEmail = eq(workspaceInvitations.email, email);
  const previous = await tx
    .select({ role: workspaceInvitations.role })
    .from(workspaceInvitations)
    .where(and(eq(workspaceInvitations.workspaceId, workspaceId), matchesEmail, isPending(ctx)));
  for (const { role } of previous) assertCanManageRole(callerRole, role);
  await revokePendingInvitations(ctx, membership, matchesEmail);
}

/**
 * Deletes invitations that ended, and counts the others. Under the membership lock, so that concurrent calls count
 * correctly.
 */
async function enforceInvitationLimit(ctx: Context, { tx, workspaceId }: MembershipMutation): Promise<void> {
  const inWorkspace = eq(workspaceInvitations.workspaceId, workspaceId);
  await tx.delete(workspaceInvitations).where(and(inWorkspace, isNotPending(ctx)));
  if ((await tx.$count(workspaceInvitations, inWorkspace)) >= maxPendingInvitations) {
    throw new AppError("LIMIT_REACHED");
  }
}

/** Sends the email, now that the invitation is committed. If sending fails, the invitation is revoked again. */
async function sendInvitation(
  ctx: Context,
  access: CreateAccess,
  id: string,
  { to, inviter, ...link }: { to: string; inviter: Person } & GrantingLink,
): Promise<void> {
  const { workspaceName } = access;
  try {
    const invitedBy = toDisplayName(inviter);
    await ctx.mailer.enqueue({ kind: "invitation", to, workspaceName, invitedBy, ...link });
  } catch (error) {
    await mutateWorkspace(ctx, "invitation.create", access, (undo) =>
      revokePendingInvitations(ctx, undo, eq(workspaceInvitations.id, id)),
    );
    throw error;
  }
}
