import type { PresenceEvent, PresenceUpdateInput } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { DocumentAccess } from "../access/authorize.ts";
import { checkDocument, requireCredential } from "../access/resource-checks.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";

/**
 * Joins the document's room: reading it is being there, and the end of the reading, whatever ended it, is leaving.
 *
 * @param clientId Names the window among the person's own. Who the person is comes from the access alone.
 */
export async function* streamRoom(
  ctx: Context,
  { document, workspaceId, caller }: DocumentAccess<"document.read">,
  clientId: number,
  signal: AbortSignal,
): AsyncGenerator<PresenceEvent, void> {
  const { presence, database, request } = ctx;
  const [user] = await database.db
    .select({ id: users.id, username: users.username, fullName: users.fullName })
    .from(users)
    .where(eq(users.id, caller.userId));
  if (user === undefined) throw new AppError("SESSION_ENDED");
  const leave = presence.enter({
    documentId: document.id,
    workspaceId,
    member: { clientId, user, status: "viewing", cursor: null },
    credential: requireCredential(ctx),
    connectionId: request.connectionId,
  });
  try {
    yield* presence.subscribeRoom(document.id, signal);
  } finally {
    leave();
  }
}

/**
 * Moves one's own window: its cursor, its status. It costs no statement, since the window's open stream is the proof of
 * access, which ends as soon as that is lost. Only without such a window is the database asked.
 *
 * @returns Whether the window has joined, through this process.
 * @throws AppError as the check of any reader does.
 */
export async function updatePresence(
  ctx: Context,
  { documentId, clientId, cursor, status }: PresenceUpdateInput,
): Promise<{ joined: boolean }> {
  const change = { ...(cursor !== undefined && { cursor }), ...(status !== undefined && { status }) };
  if (ctx.presence.change(documentId, requireCredential(ctx), clientId, change)) return { joined: true };
  await checkDocument(ctx, "document.read", documentId).require();
  return { joined: false };
}
