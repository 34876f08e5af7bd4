import type { ApiKey, ApiKeyCreateInput } from "@mdreader/contract";
import { apiKeys } from "@mdreader/db";
import { and, count, eq, isNull } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import { lockCaller } from "../../access/locks.ts";
import { checkWorkspace } from "../../access/resource-checks.ts";
import { hasCallerSecondFactor } from "../../access/second-factor-proof.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { addDaysToNow } from "../../util/days-from-now.ts";
import { assertEmailVerifiedIfRequired } from "../account/registration.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { keyColumns } from "./columns.ts";
import { createKeySecret } from "./secret.ts";

/** Maximum number of keys per account. */
const maxKeysPerAccount = 100;

/**
 * Creates an API key. It acts as its owner, within its scopes and workspace. The secret is returned once and not stored.
 * @throws AppError LIMIT_REACHED; NOT_FOUND for a workspace that the caller isn't a member of; SUPERUSER_REQUIRED for the scope `instance`; EMAIL_NOT_VERIFIED where domains of
 *   addresses are limited.
 */
export async function createApiKey(
  ctx: Context,
  { caller }: Access<"account.manage">,
  { name, scopes, workspaceId, expiresInDays }: ApiKeyCreateInput,
): Promise<ApiKey & { secret: string }> {
  const { userId } = caller;
  if (workspaceId !== undefined) await checkWorkspace(ctx, "workspace.read", workspaceId).require();
  const { secret, stored } = createKeySecret();
  const key = await ctx.database.db.transaction(async (tx) => {
    // The owner's row is locked, so that concurrent requests count correctly.
    const owner = await lockCaller(tx, caller);
    await assertEmailVerifiedIfRequired(tx, ctx, owner);
    if (scopes.includes("instance") && !owner.isSuperuser) throw new AppError("SUPERUSER_REQUIRED");
    const [counted] = await tx
      .select({ keys: count() })
      .from(apiKeys)
      .where(and(eq(apiKeys.userId, userId), isNull(apiKeys.revokedAt)));
    if (counted === undefined || counted.keys >= maxKeysPerAccount) throw new AppError("LIMIT_REACHED");
    const [inserted] = await tx
      .insert(apiKeys)
      .values({
        userId,
        name,
        scopes: [...new Set(scopes)],
        workspaceId,
        createdWithSecondFactor: hasCallerSecondFactor(caller),
        ...stored,
        expiresAt: expiresInDays === undefined ? null : addDaysToNow(ctx, expiresInDays),
      })
      .returning(keyColumns);
    if (inserted !== undefined) {
      await recordAudit(tx, ctx, {
        action: "apiKey.created",
        actor: { userId },
        target: { id: inserted.id, name },
        ...(workspaceId !== undefined && { workspaceId }),
        details: { scopes: inserted.scopes.join(", ") },
      });
    }
    return inserted;
  });
  if (key === undefined) throw new Error("no key was inserted");
  return { ...key, secret };
}
