import type { ApiKey, ApiKeyCreateInput, EmptyResult, Page } from "@mdreader/contract";
import { apiKeys, users } from "@mdreader/db";
import { and, count, desc, eq, isNull, lt } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import type { AccountCheck } from "../../access/resource-checks.ts";
import { publishKeyRevoked } from "../../access/revocation.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { idCursor, type PageInput, toPage } from "../../util/pagination.ts";
import { apiKeyPrefix } from "../authenticate.ts";
import { hashSecret, createSecret } from "../secrets.ts";

/** Maximum number of keys per account. */
const maxKeys = 100;

/** Number of readable characters that are stored: the prefix and six more, so that users recognize the key. */
const hintCharacters = apiKeyPrefix.length + 6;

const keyColumns = {
  id: apiKeys.id,
  name: apiKeys.name,
  scopes: apiKeys.scopes,
  hint: apiKeys.hint,
  createdAt: apiKeys.createdAt,
  lastUsedAt: apiKeys.lastUsedAt,
  expiresAt: apiKeys.expiresAt,
};

/**
 * Creates an API key. It acts as its owner, within its scopes. The secret is returned once and not stored.
 * @throws AppError LIMIT_REACHED.
 */
export async function createApiKey(
  ctx: Context,
  { caller: { userId } }: Access<"account.manage">,
  { name, scopes, expiresInDays }: ApiKeyCreateInput,
): Promise<ApiKey & { secret: string }> {
  const secret = apiKeyPrefix + createSecret();
  const key = await ctx.database.db.transaction(async (tx) => {
    // The owner's row is locked, so that concurrent requests count correctly.
    await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("no key update");
    const [counted] = await tx
      .select({ keys: count() })
      .from(apiKeys)
      .where(and(eq(apiKeys.userId, userId), isNull(apiKeys.revokedAt)));
    if (counted === undefined || counted.keys >= maxKeys) throw new AppError("LIMIT_REACHED");
    const [inserted] = await tx
      .insert(apiKeys)
      .values({
        userId,
        name,
        scopes: [...new Set(scopes)],
        secretHash: hashSecret(secret),
        hint: secret.slice(0, hintCharacters),
        expiresAt: expiresInDays === undefined ? null : daysFromNow(ctx, expiresInDays),
      })
      .returning(keyColumns);
    return inserted;
  });
  if (key === undefined) throw new Error("no key was inserted");
  return { ...key, secret };
}

const daysFromNow = ({ clock }: Context, days: number) =>
  new Date(clock.now().getTime() + days * 86_400_000).toISOString();

/** Lists the caller's keys, including expired ones, newest first. @throws AppError BAD_CURSOR. */
export async function listApiKeys(
  check: AccountCheck<"account.manage">,
  { cursor, limit }: PageInput,
): Promise<Page<ApiKey>> {
  const after = idCursor.decode(cursor);
  const { rows } = await check.select(
    check.db
      .select(keyColumns)
      .from(apiKeys)
      .where(
        and(
          eq(apiKeys.userId, check.subject.userId),
          isNull(apiKeys.revokedAt),
          after === null ? undefined : lt(apiKeys.id, after),
        ),
      )
      .orderBy(desc(apiKeys.id))
      .limit(limit + 1),
  );
  return toPage(
    rows,
    limit,
    (row) => idCursor.encode(row.id),
    (row) => row,
  );
}

/** Revokes a key: the next call with it is rejected. @throws AppError NOT_FOUND. */
export async function revokeApiKey(
  ctx: Context,
  { caller }: Access<"account.manage">,
  { id }: { id: string },
): Promise<EmptyResult> {
  const [revoked] = await ctx.database.db
    .update(apiKeys)
    .set({ revokedAt: ctx.clock.now().toISOString() })
    .where(and(eq(apiKeys.id, id), eq(apiKeys.userId, caller.userId), isNull(apiKeys.revokedAt)))
    .returning({ secretHash: apiKeys.secretHash });
  if (revoked === undefined) throw new AppError("NOT_FOUND");
  publishKeyRevoked(ctx, revoked.secretHash);
  return { ok: true };
}
