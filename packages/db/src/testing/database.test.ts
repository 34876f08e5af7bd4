import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { describe, expect, inject, it } from "vitest";

import { withSession } from "../driver/index.ts";
import { openInChildProcess } from "../embedded/test-folder.fixture.ts";
import { users } from "../schema/index.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { sweepTemporaryFolders } from "./temporary.ts";
import { acquireTestRun } from "./test-run.ts";

const { url: serverUrl } = inject("postgres");
const nameOf = ({ url }: TestDatabase) => new URL(url).pathname.slice(1);
const exists = async (name: string) =>
  (await withSession(serverUrl, (sql) => sql`select from pg_database where datname = ${name}`)).length === 1;

describe("a test database", () => {
  it("is migrated, empty and isolated, even if several are created concurrently", async () => {
    const [one, two, three] = await Promise.all([
      createTestDatabase(),
      createTestDatabase(),
      createTestDatabase(),
    ]);
    expect(new Set([one, two, three].map(nameOf)).size).toBe(3);
    await one.database.sql`create table mine ()`;
    expect(await two.database.db.select().from(users)).toEqual([]);
    await expect(two.database.sql`select from mine`).rejects.toThrow("does not exist");
    for (const test of [one, two, three]) await test[Symbol.asyncDispose]();
  });

  it("is dropped at the end, even with open connections", async () => {
    const test = await createTestDatabase();
    const name = nameOf(test);
    await withSession(test.url, async (sql) => {
      await sql`select 1`;
      await test[Symbol.asyncDispose]();
    });
    expect(await exists(name)).toBe(false);
  });
});

describe("leftovers of a killed test run", () => {
  it("include databases, which the next run on the server drops without touching those of active runs", async () => {
    await using living = await createTestDatabase();
    const abandoned = `mdreader_test_${randomBytes(4).toString("hex")}_left`;
    await withSession(serverUrl, (sql) => sql`create database ${sql(abandoned)}`);
    const next = await acquireTestRun(serverUrl);
    await next[Symbol.asyncDispose]();
    expect(await exists(abandoned)).toBe(false);
    expect(await exists(nameOf(living))).toBe(true);
  });

  it("include a folder with a server, which the next run stops and removes", async () => {
    const root = await mkdtemp(join(tmpdir(), "mdreader-sweep-"));
    const gone = 2 ** 22 + 1; // pids do not exceed 2^22
    const left = join(root, `mdreader-test-${gone}-left`);
    const living = join(root, `mdreader-test-${process.pid}-mine`);
    for (const folder of [left, living]) await mkdir(folder);
    const killed = await openInChildProcess(join(left, "data"));
    await killed.kill();
    expect(await withSession(killed.url, (sql) => sql`select 1 as answer`)).toEqual([{ answer: 1 }]);

    await sweepTemporaryFolders(root);
    await expect(withSession(killed.url, (sql) => sql`select 1`)).rejects.toThrow("ECONNREFUSED");
    expect(await readdir(root)).toEqual([basename(living)]);
    await rm(root, { recursive: true });
  });
});
