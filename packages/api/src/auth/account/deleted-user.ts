import type { AccountDeletion } from "@mdreader/contract";

import {
  publishKeyRevoked,
  publishMembershipChanged,
  publishUserChanged,
  publishWorkspaceDeleted,
} from "../../access/monitor/access-changes.ts";
import type { Context } from "../../context.ts";
import { publishEvents, type WrittenEvents } from "../../workspace/event-log.ts";
import { sendBestEffort } from "../email/send-mail.ts";
import { publishSessionsEnded } from "../session/lifecycle.ts";

/** An account to delete, whose row is locked. */
export interface LockedUser {
  id: string;
  email: string;
  username: string;
}

/** A deleted account, with the sessions, keys and memberships that ended. */
export interface DeletedUser {
  userId: string;
  /** When the account is purged; null if it is already gone. */
  purgeAt: string | null;
  sessions: string[];
  keys: { secretHash: Uint8Array }[];
  /** The workspaces that the user left. */
  left: WrittenEvents[];
  /** The workspaces that are in the trash because the user was the only member. */
  deletedWorkspaces: string[];
}

/** Notifies open connections, and the user by email. Must be called after the commit. */
export async function announceDeletion(
  ctx: Context,
  { email: to, username }: Omit<LockedUser, "id">,
  deleted: DeletedUser,
): Promise<AccountDeletion> {
  const { userId, purgeAt, sessions, keys, left, deletedWorkspaces } = deleted;
  publishUserChanged(ctx, userId);
  publishSessionsEnded(ctx, sessions);
  for (const { secretHash } of keys) publishKeyRevoked(ctx, secretHash);
  for (const { workspaceId, lastSeq } of left) {
    publishMembershipChanged(ctx, workspaceId, userId);
    if (lastSeq !== null) publishEvents(ctx, workspaceId, lastSeq);
  }
  for (const workspaceId of deletedWorkspaces) publishWorkspaceDeleted(ctx, workspaceId);
  await sendBestEffort(ctx, { kind: "accountDeleted", to, username, purgeAt });
  return { ok: true, purgeAt };
}
