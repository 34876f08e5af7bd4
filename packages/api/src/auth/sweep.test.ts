import { authSessions, emailTokens, idempotentCalls } from "@mdreader/db";
import { eq } from "drizzle-orm";
import { expect } from "vitest";

import { sweepIdempotentCalls } from "../idempotency/idempotent-call.ts";
import { createAccount, catchReason, type TestUser } from "../testing/index.ts";
import { test as it } from "../testing/test.ts";
import { sweepEmailTokens, sweepSessions } from "./sweep.ts";

it("the sweep deletes expired rows only", async ({ app }) => {
  const { services } = app;
  const { db } = services.database;
  /** Sweeps, and counts the sessions and links that a user still has. */
  async function countLeft({ user }: TestUser): Promise<number[]> {
    await sweepSessions(services);
    await sweepEmailTokens(services);
    return [
      await db.$count(authSessions, eq(authSessions.userId, user.id)),
      await db.$count(emailTokens, eq(emailTokens.userId, user.id)),
    ];
  }
  const early = await createAccount(app);
  expect(await countLeft(early)).toEqual([1, 1]);

  services.clock.advance(20 * 86_400);
  const later = await createAccount(app);
  expect(await countLeft(early)).toEqual([1, 0]);

  services.clock.advance(20 * 86_400);
  expect(await countLeft(early)).toEqual([0, 0]);
  expect(await countLeft(later)).toEqual([1, 0]);
  expect(await catchReason(app.as().auth.refresh({ refreshToken: later.refreshToken }))).toBeNull();
});

it("the sweep deletes more rows than one statement does", async ({ app }) => {
  const { user } = await createAccount(app);
  const old = { userId: user.id, tokenHash: new Uint8Array(32), expiresAt: "2020-01-01T00:00:00.000Z" };
  await app.services.database.db.insert(authSessions).values(Array.from({ length: 2_500 }, () => old));
  expect(await sweepSessions(app.services)).toBeGreaterThanOrEqual(2_500);
});

it("the sweep of calls deletes those that are too old to be repeated, in batches", async ({ app }) => {
  const { db } = app.services.database;
  const { user } = await createAccount(app);
  const call = { userId: user.id, path: "document.create", inputHash: new Uint8Array(32) };
  const old = { ...call, createdAt: new Date(Date.now() - 25 * 3_600_000).toISOString() };
  const keys = Array.from({ length: 2_500 }, (_, number) => `old-key-${number}`);
  await db.insert(idempotentCalls).values(keys.map((key) => ({ ...old, key })));
  await db.insert(idempotentCalls).values({ ...call, key: "new-key-1" });
  expect(await sweepIdempotentCalls(app.services)).toBe(2_500);
  const left = db.select({ key: idempotentCalls.key }).from(idempotentCalls);
  expect(await left.where(eq(idempotentCalls.userId, user.id))).toEqual([{ key: "new-key-1" }]);
});
