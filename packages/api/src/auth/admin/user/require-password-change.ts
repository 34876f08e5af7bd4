import type { EmptyResult } from "@mdreader/contract";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { requirePasswordWithPasskeys } from "../../passkey/use-passkey.ts";
import { publishSessionsEnded } from "../../session/lifecycle.ts";
import { mutateInstance } from "../mutate-instance.ts";
import { changeUser, endUserSessions } from "./change-user.ts";

/**
 * Requires a new password at the next sign-in, and ends all sessions. Passkeys are accepted only together with it.
 * @throws AppError NOT_FOUND
 */
export async function requirePasswordChange(
  ctx: Context,
  access: Access<"user.requirePasswordChange">,
  { id }: { id: string },
): Promise<EmptyResult> {
  const ended = await mutateInstance(ctx, access, async (tx) => {
    await changeUser(tx, ctx, access, id, {
      action: "account.passwordChangeRequired",
      changes: { passwordChangeRequired: true },
    });
    await requirePasswordWithPasskeys(tx, id);
    return endUserSessions(tx, ctx, id);
  });
  publishSessionsEnded(ctx, ended);
  return { ok: true };
}
