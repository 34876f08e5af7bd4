import type { Passkey } from "@mdreader/contract";
import { passkeys } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import { lockCaller } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { passkeyColumns } from "./columns.ts";

/** Renames a passkey of the caller's account. @throws AppError NOT_FOUND */
export function updatePasskey(
  ctx: Context,
  { caller }: Access<"account.secureSignIn">,
  { id, name }: { id: string; name: string },
): Promise<Passkey> {
  return ctx.database.db.transaction(async (tx) => {
    await lockCaller(tx, caller);
    const [updated] = await tx
      .update(passkeys)
      .set({ name })
      .where(and(eq(passkeys.id, id), eq(passkeys.userId, caller.userId)))
      .returning(passkeyColumns);
    if (updated === undefined) throw new AppError("NOT_FOUND");
    return updated;
  });
}
