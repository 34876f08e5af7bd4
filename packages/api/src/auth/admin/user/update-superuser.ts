import type { EmptyResult } from "@mdreader/contract";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { setSuperuser } from "../superusers.ts";

/** Makes a user a superuser, or an ordinary user again. @throws AppError NOT_FOUND; LAST_SUPERUSER. */
export async function updateSuperuser(
  ctx: Context,
  { caller }: Access<"user.updateSuperuser">,
  { id, isSuperuser }: { id: string; isSuperuser: boolean },
): Promise<EmptyResult> {
  await setSuperuser(ctx, caller, id, isSuperuser);
  return { ok: true };
}
