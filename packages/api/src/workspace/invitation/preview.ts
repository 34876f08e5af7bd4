import type { InvitationPreview } from "@mdreader/contract";
import { users, workspaceInvitations, workspaces } from "@mdreader/db";
import { and, eq, isNull } from "drizzle-orm";

import { hashSecret } from "../../auth/secrets.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { toDisplayName } from "../person.ts";
import { isPending } from "./pending.ts";

/**
 * Returns what the holder of a token may see before signing in. The recipient's address is omitted.
 * @throws AppError INVITATION_INVALID.
 */
export async function previewInvitation(
  ctx: Context,
  { token }: { token: string },
): Promise<InvitationPreview> {
  const [found] = await ctx.database.db
    .select({
      workspaceName: workspaces.name,
      role: workspaceInvitations.role,
      email: workspaceInvitations.email,
      expiresAt: workspaceInvitations.expiresAt,
      username: users.username,
      fullName: users.fullName,
    })
    .from(workspaceInvitations)
    .innerJoin(
      workspaces,
      and(eq(workspaces.id, workspaceInvitations.workspaceId), isNull(workspaces.deletedAt)),
    )
    .innerJoin(users, eq(users.id, workspaceInvitations.invitedBy))
    .where(and(eq(workspaceInvitations.tokenHash, hashSecret(token)), isPending(ctx)));
  if (found === undefined) throw new AppError("INVITATION_INVALID");
  const { workspaceName, role, email, expiresAt } = found;
  return { workspaceName, role, invitedBy: toDisplayName(found), forEmail: email !== null, expiresAt };
}
