import type { PresenceEvent } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { DocumentAccess } from "../access/authorize.ts";
import { requireCredential } from "../access/identity.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";

/**
 * Joins the document's room. A window is present as long as its stream is open, and leaves when the stream ends for any
 * reason.
 *
 * @param clientId Identifies the window among the person's own. The person's identity comes from the access alone.
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
    yield* presence.subscribeRoom(document.id, signal, request.sendDirectly);
  } finally {
    leave();
  }
}
