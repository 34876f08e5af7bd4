import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { withSession } from "../driver/index.ts";
import { findPostmaster } from "./postmaster.ts";
import { createTestFolder } from "./test-folder.fixture.ts";

describe("the embedded PostgreSQL", () => {
  it("starts on first use, keeps its data, and stops with its last user", async () => {
    await using folder = await createTestFolder();
    const first = await folder.open();
    await withSession(first.url(), (sql) => sql`create table notes as select 'kept' as text`);
    await first.close();
    expect(await folder.isRunning()).toBe(false);

    const second = await folder.open();
    expect(await withSession(second.url(), (sql) => sql`select text from notes`)).toEqual([{ text: "kept" }]);
    await second.close();
  });

  it("flushes commits to disk, and rejects connections without its password", async () => {
    await using folder = await createTestFolder();
    const cluster = await folder.open();
    const [settings] = await withSession(
      cluster.url(),
      (sql) => sql`
        select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
          current_setting('listen_addresses') as address, current_setting('server_encoding') as encoding,
          datlocprovider as provider, datlocale as locale
        from pg_database where datname = current_database()`,
    );
    expect(settings).toEqual({
      fsync: "on",
      commit: "on",
      address: "127.0.0.1",
      encoding: "UTF8",
      provider: "b",
      locale: "C.UTF-8",
    });
    const url = new URL(cluster.url());
    url.password = "guess";
    await expect(withSession(url.href, (sql) => sql`select 1`)).rejects.toThrow(
      "password authentication failed",
    );
    await cluster.close();
  });

  it("restarts at the same address after its server is killed", async () => {
    await using folder = await createTestFolder();
    const said: string[] = [];
    const cluster = await folder.open({ log: (message) => said.push(message) });
    await withSession(cluster.url(), (sql) => sql`create table notes as select 'committed' as text`);
    const before = await findPostmaster(folder.cluster);
    process.kill(before?.pid ?? 0, "SIGKILL");
    await expect
      .poll(() => withSession(cluster.url(), (sql) => sql`select text from notes`).catch(() => null), {
        timeout: 30_000,
      })
      .toEqual([{ text: "committed" }]);
    expect((await findPostmaster(folder.cluster))?.pid).not.toBe(before?.pid);
    expect(said).toContain("The embedded PostgreSQL has stopped. Starting it again.");
    await cluster.close();
    expect(await folder.isRunning()).toBe(false);
  });

  it("ignores an old attempt to create it that was killed", async () => {
    await using folder = await createTestFolder();
    const draft = `${folder.cluster}.new-abc`;
    await mkdir(join(draft, "cluster"), { recursive: true });
    await writeFile(join(draft, "cluster", "PG_VERSION"), "18\n");
    const yesterday = Date.now() / 1000 - 86_400;
    await utimes(draft, yesterday, yesterday);
    const cluster = await folder.open();
    await cluster.close();
    expect((await readdir(folder.dataDir)).toSorted()).toEqual(["postgres", "postgres.log"]);
  });

  it("rejects a folder that contains something else, and leaves it unchanged", async () => {
    await using folder = await createTestFolder();
    await mkdir(folder.cluster, { recursive: true });
    await writeFile(join(folder.cluster, "thesis.txt"), "mine");
    await expect(folder.open()).rejects.toThrow("isn't an MDReader database");
    expect(await readdir(folder.cluster)).toEqual(["thesis.txt"]);
  });

  it("rejects the data of another major version with a helpful message", async () => {
    await using folder = await createTestFolder();
    await (await folder.open()).close();
    await writeFile(join(folder.cluster, "PG_VERSION"), "17\n");
    await expect(folder.open()).rejects.toThrow("written by PostgreSQL 17");
  });

  it("ignores a stale pid file whose pid belongs to another program", async () => {
    await using folder = await createTestFolder();
    await (await folder.open()).close();
    const lines = [process.ppid, folder.cluster, "1", "1", "", "127.0.0.1", "1 1", "ready"];
    await writeFile(join(folder.cluster, "postmaster.pid"), `${lines.join("\n")}\n`);
    const again = await folder.open();
    expect(await withSession(again.url(), (sql) => sql`select 1 as answer`)).toEqual([{ answer: 1 }]);
    await again.close();
  });

  it("reports PostgreSQL's message if it does not start", async () => {
    await using folder = await createTestFolder();
    await expect(folder.open({ settings: { shared_buffers: "none" } })).rejects.toThrow(
      /invalid value for parameter "shared_buffers"/,
    );
  });
});
