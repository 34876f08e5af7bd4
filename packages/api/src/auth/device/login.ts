import type { DeviceLoginInput, SignedIn } from "@mdreader/contract";
import { authSessions, deviceAuthorizations, type Tx, users } from "@mdreader/db";
import { and, eq, gt, isNull, sql } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { userColumns } from "../account/columns.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { clientNetworkKey } from "../rate-limit-keys.ts";
import { hashSecret } from "../secrets.ts";
import { issueTokens, openSession } from "../session/lifecycle.ts";
import { assertDeliverable, toTokenResponse } from "../session/token-delivery.ts";

/** The addition to the interval of a device that polls too often, in seconds. */
const slowDownSeconds = 5;
/** By how much a poll may arrive early, because networks delay some more than others. In milliseconds. */
const jitterMs = 1000;

type Authorization = typeof deviceAuthorizations.$inferSelect;

/**
 * Signs a device in, once, if somebody has approved it, and as long as the session that approved it has not ended.
 * @throws AppError DEVICE_PENDING; DEVICE_POLLED_TOO_OFTEN, which makes the interval five seconds longer; DEVICE_DENIED;
 *   DEVICE_CODE_INVALID for a code that is unknown, used or expired; RATE_LIMITED.
 */
export async function loginDevice(
  ctx: Context,
  { deviceCode, refreshTokenDelivery }: DeviceLoginInput,
): Promise<SignedIn> {
  assertDeliverable(ctx, refreshTokenDelivery);
  await ctx.limiter.consume("device.poll", clientNetworkKey(ctx));
  const { db } = ctx.database;
  const [found] = await db
    .select()
    .from(deviceAuthorizations)
    .where(
      and(
        eq(deviceAuthorizations.deviceCodeHash, hashSecret(deviceCode)),
        gt(deviceAuthorizations.expiresAt, ctx.clock.now().toISOString()),
      ),
    );
  if (found === undefined) throw new AppError("DEVICE_CODE_INVALID");
  const { decision, sessionId } = found;
  if (decision === "denied") throw new AppError("DEVICE_DENIED");
  if (decision !== "approved" || sessionId === null) return waitForDecision(ctx, found);
  const { user, session } = await db.transaction((tx) => openDeviceSession(tx, ctx, found, sessionId));
  return { user, ...toTokenResponse(ctx, await issueTokens(ctx, session), refreshTokenDelivery) };
}

/** Records that the device has polled. @throws AppError DEVICE_PENDING or DEVICE_POLLED_TOO_OFTEN, always. */
async function waitForDecision(
  ctx: Context,
  { id, lastPolledAt, intervalSeconds }: Authorization,
): Promise<never> {
  const now = ctx.clock.now();
  const waitedMs = lastPolledAt === null ? Infinity : now.getTime() - Date.parse(lastPolledAt);
  const isEarly = waitedMs < intervalSeconds * 1000 - jitterMs;
  await ctx.database.db
    .update(deviceAuthorizations)
    .set({
      lastPolledAt: now.toISOString(),
      ...(isEarly && { intervalSeconds: sql`${deviceAuthorizations.intervalSeconds} + ${slowDownSeconds}` }),
    })
    .where(eq(deviceAuthorizations.id, id));
  throw new AppError(isEarly ? "DEVICE_POLLED_TOO_OFTEN" : "DEVICE_PENDING");
}

/** Uses up the approval. The account's row is locked first, so that a change that ends its sessions comes before or after. */
async function openDeviceSession(tx: Tx, ctx: Context, { id, clientName }: Authorization, sessionId: string) {
  const [user] = await tx
    .select(userColumns)
    .from(users)
    .where(
      and(
        isNull(users.deactivatedAt),
        eq(
          users.id,
          tx.select({ userId: authSessions.userId }).from(authSessions).where(eq(authSessions.id, sessionId)),
        ),
      ),
    )
    .for("no key update");
  const used = await tx
    .delete(deviceAuthorizations)
    .where(eq(deviceAuthorizations.id, id))
    .returning({ id: deviceAuthorizations.id });
  if (user === undefined || used.length === 0) throw new AppError("DEVICE_CODE_INVALID");
  // A statement of its own, so that it sees what was committed while it waited for the account's lock.
  const [approving] = await tx
    .select({
      identityId: authSessions.identityId,
      passkeyId: authSessions.passkeyId,
      authenticatedAt: authSessions.authenticatedAt,
    })
    .from(authSessions)
    .where(and(eq(authSessions.id, sessionId), isNull(authSessions.revokedAt)));
  if (approving === undefined) throw new AppError("DEVICE_CODE_INVALID");
  const lastLoginAt = ctx.clock.now().toISOString();
  await tx.update(users).set({ lastLoginAt }).where(eq(users.id, user.id));
  await recordAudit(tx, ctx, {
    action: "account.signedIn",
    actor: { userId: user.id },
    target: { id: user.id, name: user.email },
    details: { device: clientName },
  });
  // The provider that ends an identity's sessions ends this one too, but not when the person just leaves the browser.
  return { user: { ...user, lastLoginAt }, session: await openSession(tx, ctx, user.id, approving) };
}
