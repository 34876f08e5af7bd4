import type { EmptyResult } from "@mdreader/contract";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { mutateInstance } from "../mutate-instance.ts";
import { setSuperuser } from "../superusers.ts";

/** Makes a user a superuser, or an ordinary user again. @throws AppError NOT_FOUND; LAST_SUPERUSER. */
export async function updateSuperuser(
  ctx: Context,
  access: Access<"user.updateSuperuser">,
  { id, isSuperuser }: { id: string; isSuperuser: boolean },
): Promise<EmptyResult> {
  await mutateInstance(ctx, access, (tx) =>
    setSuperuser(tx, ctx, { actor: access.caller, userId: id, isGranted: isSuperuser }),
  );
  return { ok: true };
}
