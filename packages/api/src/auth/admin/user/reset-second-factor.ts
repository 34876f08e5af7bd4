import type { EmptyResult } from "@mdreader/contract";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { removeSecondFactor } from "../../second-factor/remove.ts";
import { publishSessionsEnded } from "../../session/lifecycle.ts";
import { mutateInstance } from "../mutate-instance.ts";
import { changeUser, endUserSessions } from "./change-user.ts";

/**
 * Removes the second factor of somebody who has lost it, and ends all their sessions. They sign in with their password
 * alone, and must set up another one where the server requires it.
 * @throws AppError NOT_FOUND
 */
export async function resetSecondFactor(
  ctx: Context,
  access: Access<"user.resetSecondFactor">,
  { id }: { id: string },
): Promise<EmptyResult> {
  const ended = await mutateInstance(ctx, access, async (tx) => {
    await changeUser(tx, ctx, access, id, { action: "secondFactor.reset", changes: {} });
    await removeSecondFactor(tx, id);
    return endUserSessions(tx, ctx, id);
  });
  publishSessionsEnded(ctx, ended);
  return { ok: true };
}
