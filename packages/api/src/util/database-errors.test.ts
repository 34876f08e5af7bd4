import { createTestDatabase } from "@mdreader/db/testing";
import { expect, test } from "vitest";

import { toDatabaseError } from "./database-errors.ts";

test.each([
  ["a full disk", "53100"],
  ["too little memory", "53200"],
  ["too many connections", "53300"],
  ["a server that is no longer the primary", "25006"],
  ["a shutdown", "57P01"],
])("%s is unavailable, not an internal error", async (_what, code) => {
  await using home = await createTestDatabase();
  const error: unknown = await home.database.sql
    .unsafe(`do $$ begin raise exception 'as told' using errcode = '${code}'; end $$`)
    .catch((e: unknown) => e);
  expect(toDatabaseError(error)).toMatchObject({ reason: "UNAVAILABLE", retryAfter: 1 });
});

test("a lost connection is unavailable, and an invalid statement is not", async () => {
  const home = await createTestDatabase();
  const mistake: unknown = await home.database.sql`select nothing`.catch((e: unknown) => e);
  expect(toDatabaseError(mistake)).toBeNull();
  await home[Symbol.asyncDispose]();
  const lost: unknown = await home.database.sql`select 1`.catch((e: unknown) => e);
  expect(toDatabaseError(lost)).toMatchObject({ reason: "UNAVAILABLE" });
});
