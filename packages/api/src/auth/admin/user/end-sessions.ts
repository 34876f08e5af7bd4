import type { EmptyResult } from "@mdreader/contract";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { publishSessionsEnded } from "../../session/lifecycle.ts";
import { mutateInstance } from "../mutate-instance.ts";
import { changeUser, endUserSessions } from "./change-user.ts";

/** Signs a user out everywhere. API keys remain valid. @throws AppError NOT_FOUND */
export async function endSessionsOfUser(
  ctx: Context,
  access: Access<"user.endSessions">,
  { id }: { id: string },
): Promise<EmptyResult> {
  const ended = await mutateInstance(ctx, access, async (tx) => {
    await changeUser(tx, ctx, access, id, { action: "account.sessionsEnded", changes: {} });
    return endUserSessions(tx, ctx, id);
  });
  publishSessionsEnded(ctx, ended);
  return { ok: true };
}
