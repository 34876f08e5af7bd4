import type { EmptyResult } from "@mdreader/contract";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { sendBestEffort } from "../../email/send-mail.ts";
import { removeSecondFactor } from "../../second-factor/remove.ts";
import { publishSessionsEnded } from "../../session/lifecycle.ts";
import { mutateInstance } from "../mutate-instance.ts";
import { changeUser, endUserSessions } from "./change-user.ts";

/**
 * Removes the second factor of somebody who has lost it, and ends all their sessions. They sign in with their password
 * alone, and must set up another one where the server requires it. An email tells them. Superusers turn their own off in
 * their profile, where they must confirm it.
 * @throws AppError NOT_FOUND; SECOND_FACTOR_OWN
 */
export async function resetSecondFactor(
  ctx: Context,
  access: Access<"user.resetSecondFactor">,
  { id }: { id: string },
): Promise<EmptyResult> {
  if (id === access.caller.userId) throw new AppError("SECOND_FACTOR_OWN");
  const { user, ended } = await mutateInstance(ctx, access, async (tx) => {
    const changed = await changeUser(tx, ctx, access, id, { action: "secondFactor.reset", changes: {} });
    await removeSecondFactor(tx, id);
    return { user: changed, ended: await endUserSessions(tx, ctx, id) };
  });
  publishSessionsEnded(ctx, ended);
  await sendBestEffort(ctx, { kind: "secondFactorReset", to: user.email, username: user.username });
  return { ok: true };
}
