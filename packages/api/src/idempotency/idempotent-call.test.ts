import { createHash } from "node:crypto";

import { expect } from "vitest";

import type { Caller } from "../access/identity.ts";
import { catchReason, type TestActor } from "../testing/index.ts";
import { test as base } from "../testing/test.ts";
import { reserveKey } from "./idempotent-call.ts";

const toCaller = ({ id, credential }: TestActor): Caller => ({
  userId: id,
  sessionId: credential.sessionId,
  keyId: null,
  keyWorkspaceId: null,
  scopes: null,
  needsSecondFactor: false,
  apiKeyName: null,
});

const it = base
  .extend(
    "reserve",
    ({ app, owner }) =>
      (key: string, input: unknown = { key }) =>
        reserveKey(
          app.services,
          { caller: toCaller(owner), key, path: "document.create", input },
          { action: "document.create", hasSecretResult: false },
        ),
  )
  .extend("countTransactions", ({ app, owner }) => async () => {
    const [{ inserts, updates } = { inserts: 0, updates: 0 }] = await app.services.database.sql<
      { inserts: number; updates: number }[]
    >`
      select count(distinct created_at)::int as inserts, count(distinct xmin::text)::int as updates
      from idempotent_calls where user_id = ${owner.id}`;
    return { inserts, updates };
  });

/** Keys in no particular order. */
const createKeys = (count: number) =>
  Array.from({ length: count }, (_, n) => createHash("sha256").update(`${n}`).digest("hex").slice(0, 20));

it("reserves the keys of, and completes, the calls of a user that arrive together in two statements", async ({
  reserve,
  countTransactions,
  workspaceId,
}) => {
  const keys = createKeys(20);
  const reserved = await Promise.all(keys.map((key) => reserve(key)));
  await Promise.all(
    reserved.map(async (one, n) => {
      if (!("reservation" in one)) throw new Error("the key was taken");
      await one.reservation.complete({ n }, workspaceId);
    }),
  );
  expect(await countTransactions()).toEqual({ inserts: 1, updates: 1 });
  for (const [n, key] of keys.entries()) expect(await reserve(key)).toEqual({ result: { n } });
});

it("gives a key to one of the calls that reserve it together", async ({ reserve }) => {
  const outcomes = await Promise.allSettled(
    ["one", "two", "two", "two", "three"].map((name) => reserve(`key-of-${name}`)),
  );
  expect(outcomes.map(({ status }) => status)).toEqual([
    "fulfilled",
    "fulfilled",
    "rejected",
    "rejected",
    "fulfilled",
  ]);
});

it("belongs to the input of the first of the calls that reserve it together", async ({
  reserve,
  workspaceId,
}) => {
  const [first, second] = await Promise.allSettled([
    reserve("shared-key", "first"),
    reserve("shared-key", "second"),
  ]);
  expect(second).toMatchObject({ status: "rejected" });
  if (first.status === "rejected" || !("reservation" in first.value)) throw new Error("the key was taken");
  await first.value.reservation.complete({ done: true }, workspaceId);
  expect(await reserve("shared-key", "first")).toEqual({ result: { done: true } });
  expect(await catchReason(reserve("shared-key", "second"))).toBe("IDEMPOTENCY_KEY_REUSED");
});

it("completes a call whose neighbors fail", async ({ reserve, workspaceId }) => {
  const keys = createKeys(4).map((key) => `${key}-failing`);
  const reserved = await Promise.all(keys.map((key) => reserve(key)));
  const missingWorkspace = "00000000-0000-4000-8000-000000000000";
  const completed = await Promise.allSettled(
    reserved.map(async (one, n) => {
      if (!("reservation" in one)) throw new Error("the key was taken");
      await one.reservation.complete({ n }, n === 2 ? missingWorkspace : workspaceId);
    }),
  );
  expect(completed.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  expect(await reserve(keys[3] ?? "")).toEqual({ result: { n: 3 } });
});
