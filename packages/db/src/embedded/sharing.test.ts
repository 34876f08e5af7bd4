import { once } from "node:events";
import { readdir } from "node:fs/promises";

import { describe, expect, it } from "vitest";

import { withSession } from "../driver/index.ts";
import { findPostmaster } from "./postmaster.ts";
import { startOpening, createTestFolder } from "./test-folder.fixture.ts";

const readLocks = (url: string) =>
  withSession(url, (sql) => sql`select pid from pg_locks where locktype = 'advisory' and granted`);

describe("processes that share an embedded PostgreSQL", () => {
  it("attach to the server of a killed process, with all committed data", async () => {
    await using folder = await createTestFolder();
    const killed = await folder.openInChildProcess();
    await withSession(killed.url, (sql) => sql`create table notes as select 'committed' as text`);
    await killed.kill();
    const before = await findPostmaster(folder.cluster);
    expect(before).not.toBeNull();

    const next = await folder.open();
    expect(await findPostmaster(folder.cluster)).toEqual(before);
    expect(await withSession(next.url(), (sql) => sql`select text from notes`)).toEqual([
      { text: "committed" },
    ]);
    await next.close();
    expect(await folder.isRunning()).toBe(false);
  });

  it("keep the server when Ctrl-C ends the process that started it", async () => {
    await using folder = await createTestFolder();
    const one = await folder.openInChildProcess();
    const before = await findPostmaster(folder.cluster);
    await one.interrupt();
    const next = await folder.open();
    expect(await findPostmaster(folder.cluster)).toEqual(before);
    await next.close();
  });

  it("recover the data after the server was killed too", async () => {
    await using folder = await createTestFolder();
    const killed = await folder.openInChildProcess();
    await withSession(killed.url, (sql) => sql`create table notes as select 'committed' as text`);
    await killed.kill();
    process.kill((await findPostmaster(folder.cluster))?.pid ?? 0, "SIGKILL");

    const next = await folder.open();
    expect(await withSession(next.url(), (sql) => sql`select text from notes`)).toEqual([
      { text: "committed" },
    ]);
    await next.close();
  });

  it("can open a new folder concurrently, and the last one stops the server", async () => {
    await using folder = await createTestFolder();
    const [one, two, three] = await Promise.all([
      folder.openInChildProcess(),
      folder.openInChildProcess(),
      folder.openInChildProcess(),
    ]);
    expect([two.url, three.url]).toEqual([one.url, one.url]);
    await one.close();
    expect(await withSession(two.url, (sql) => sql`select 1 as answer`)).toEqual([{ answer: 1 }]);
    await Promise.all([two.close(), three.close()]);
    expect(await folder.isRunning()).toBe(false);
    expect((await readdir(folder.dataDir)).toSorted()).toEqual(["postgres", "postgres.log"]);
  });

  it("do not use the leftovers of a process that was killed while creating the cluster", async () => {
    await using folder = await createTestFolder();
    const killed = startOpening(folder.dataDir);
    await expect
      .poll(() => readdir(folder.dataDir).catch(() => []), { interval: 5, timeout: 30_000 })
      .toContainEqual(expect.stringMatching(/^postgres\.new-/));
    killed.kill("SIGKILL");
    await once(killed, "exit");
    expect(await readdir(folder.dataDir)).not.toContain("postgres");

    const next = await folder.open();
    expect(await withSession(next.url(), (sql) => sql`select 1 as answer`)).toEqual([{ answer: 1 }]);
    await next.close();
  });

  it("do not stop the server of a process whose connection was cut", async () => {
    await using folder = await createTestFolder();
    const one = await folder.open();
    const [before] = await readLocks(one.url());
    await withSession(one.url(), (sql) => sql`select pg_terminate_backend(${before?.["pid"]})`);
    await expect
      .poll(async () => (await readLocks(one.url())).some(({ pid }) => pid !== before?.["pid"]))
      .toBe(true);

    const two = await folder.open();
    await two.close();
    expect(await withSession(one.url(), (sql) => sql`select 1 as answer`)).toEqual([{ answer: 1 }]);
    await one.close();
    expect(await folder.isRunning()).toBe(false);
  });

  it("can open the cluster while another process is stopping it", async () => {
    await using folder = await createTestFolder();
    let cluster = await folder.open();
    for (let round = 0; round < 5; round += 1) {
      const [, next] = await Promise.all([cluster.close(), folder.open()]);
      expect(await withSession(next.url(), (sql) => sql`select 1 as answer`)).toEqual([{ answer: 1 }]);
      cluster = next;
    }
    await cluster.close();
    expect(await folder.isRunning()).toBe(false);
  });
});
