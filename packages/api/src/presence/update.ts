import type { PresenceUpdateInput } from "@mdreader/contract";

import { requireCredential } from "../access/identity.ts";
import { checkResource } from "../access/resource-checks.ts";
import type { Context } from "../context.ts";

/**
 * Updates the cursor or status of the caller's own window. It needs no statement: the window's open stream proves
 * access, and ends when access is lost. Without such a window, access is checked in the database, and the change is
 * passed on to other processes.
 *
 * The response is sent with the next frame, in the same write. With many people in a room, separate responses would cost
 * as many system calls as all frames.
 *
 * @returns Whether the window has joined through this process, or may have joined through another one.
 * @throws AppError like any reader's access check.
 */
export async function updatePresence(
  ctx: Context,
  { documentId, clientId, cursor, status }: PresenceUpdateInput,
): Promise<{ joined: boolean }> {
  const change = { ...(cursor !== undefined && { cursor }), ...(status !== undefined && { status }) };
  const sent = ctx.presence.change(documentId, requireCredential(ctx), clientId, change);
  if (sent !== null) {
    await sent;
    return { joined: true };
  }
  const { caller } = await checkResource(ctx, "document", "document.read", documentId).require();
  return { joined: ctx.presence.forward(documentId, { userId: caller.userId, clientId }, change) };
}
