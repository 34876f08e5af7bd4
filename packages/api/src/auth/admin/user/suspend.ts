import type { EmptyResult } from "@mdreader/contract";

import type { Access } from "../../../access/authorize.ts";
import { publishUserChanged } from "../../../access/monitor/access-changes.ts";
import type { Context } from "../../../context.ts";
import { publishSessionsEnded } from "../../session/lifecycle.ts";
import { mutateInstance } from "../mutate-instance.ts";
import { assertNotLastSuperuser } from "../superusers.ts";
import { changeUser, endUserSessions } from "./change-user.ts";

/**
 * Suspends an account. Its sessions end, and its keys and signed links are rejected, from the commit on; sockets and
 * streams end within two seconds on all servers. A write that has already locked the account finishes first, and every
 * later one is rejected. Documents, memberships, keys and public links remain.
 *
 * @throws AppError NOT_FOUND; LAST_SUPERUSER.
 */
export async function suspendUser(
  ctx: Context,
  access: Access<"user.suspend">,
  { id }: { id: string },
): Promise<EmptyResult> {
  const ended = await mutateInstance(ctx, access, async (tx) => {
    await assertNotLastSuperuser(tx, id);
    await changeUser(tx, ctx, access, id, {
      action: "account.suspended",
      changes: { deactivatedAt: ctx.clock.now().toISOString() },
    });
    return endUserSessions(tx, ctx, id);
  });
  publishUserChanged(ctx, id);
  publishSessionsEnded(ctx, ended);
  return { ok: true };
}
