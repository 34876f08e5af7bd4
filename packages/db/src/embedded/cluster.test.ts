import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { openCluster } from "./cluster.ts";
import { findPostmaster } from "./postmaster.ts";

let home: string;
let dataDir: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "mdreader-cluster-"));
  dataDir = join(home, "data");
});

afterEach(async () => {
  const postmaster = await findPostmaster(join(dataDir, "postgres"));
  if (postmaster !== null) await (await openCluster({ dataDir })).close();
  await rm(home, { recursive: true, force: true });
});

/** Runs `work` on a connection of its own. */
async function on<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1 });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

/** Another process that opens the cluster, says so, and waits until it is told to close. */
async function openElsewhere(): Promise<{ child: ChildProcess; url: string; close(): Promise<void> }> {
  const script = fileURLToPath(new URL("./open-cluster.fixture.ts", import.meta.url));
  const child = spawn(process.execPath, [script, dataDir], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  return {
    child,
    url: String(line).trim(),
    async close() {
      child.stdin.end();
      await once(child, "exit");
    },
  };
}

const isRunning = async () => (await findPostmaster(join(dataDir, "postgres"))) !== null;

describe("the embedded PostgreSQL", () => {
  it("starts on first use, keeps its data, and stops with who used it last", async () => {
    const first = await openCluster({ dataDir });
    await on(first.url(), (sql) => sql`create table notes as select 'kept' as text`);
    await first.close();
    expect(await isRunning()).toBe(false);

    const second = await openCluster({ dataDir });
    expect(await on(second.url(), (sql) => sql`select text from notes`)).toEqual([{ text: "kept" }]);
    await second.close();
  });

  it("is attached to by the next process when its own was killed, with all that was committed", async () => {
    const killed = await openElsewhere();
    await on(killed.url, (sql) => sql`create table notes as select 'committed' as text`);
    killed.child.kill("SIGKILL");
    await once(killed.child, "exit");
    const before = await findPostmaster(join(dataDir, "postgres"));

    const next = await openCluster({ dataDir });
    expect(await findPostmaster(join(dataDir, "postgres"))).toEqual(before);
    expect(await on(next.url(), (sql) => sql`select text from notes`)).toEqual([{ text: "committed" }]);
    await next.close();
    expect(await isRunning()).toBe(false);
  });

  it("starts again after the server itself was killed", async () => {
    const cluster = await openCluster({ dataDir });
    await on(cluster.url(), (sql) => sql`create table notes as select 'committed' as text`);
    const postmaster = await findPostmaster(join(dataDir, "postgres"));
    process.kill(postmaster?.pid ?? 0, "SIGKILL");
    await cluster.close();

    const next = await openCluster({ dataDir });
    expect(await on(next.url(), (sql) => sql`select text from notes`)).toEqual([{ text: "committed" }]);
    await next.close();
  });

  it("is shared by processes that open a fresh folder at the same moment", async () => {
    const [one, two] = await Promise.all([openElsewhere(), openElsewhere()]);
    expect(one.url).toBe(two.url);
    await one.close();
    expect(await on(two.url, (sql) => sql`select 1 as answer`)).toEqual([{ answer: 1 }]);
    await two.close();
    expect(await isRunning()).toBe(false);
  });

  it("takes no notice of an attempt to make it that was killed half-way", async () => {
    const draft = join(dataDir, "postgres.new-abc");
    await mkdir(join(draft, "cluster"), { recursive: true });
    await writeFile(join(draft, "cluster", "PG_VERSION"), "18\n");
    const yesterday = Date.now() / 1000 - 86_400;
    await utimes(draft, yesterday, yesterday);
    const cluster = await openCluster({ dataDir });
    await cluster.close();
    expect((await readdir(dataDir)).toSorted()).toEqual(["postgres", "postgres.log"]);
  });

  it("refuses the data of another major version in words", async () => {
    const cluster = await openCluster({ dataDir });
    await cluster.close();
    await writeFile(join(dataDir, "postgres", "PG_VERSION"), "17\n");
    await expect(openCluster({ dataDir })).rejects.toThrow("written by PostgreSQL 17");
  });

  it("is not fooled by a note of a server whose process number another program has now", async () => {
    const cluster = await openCluster({ dataDir });
    await cluster.close();
    const lines = [process.ppid, join(dataDir, "postgres"), "1", "1", "", "127.0.0.1", "1 1", "ready"];
    await writeFile(join(dataDir, "postgres", "postmaster.pid"), `${lines.join("\n")}\n`);
    const again = await openCluster({ dataDir });
    await again.close();
  });

  it("says what PostgreSQL said when it does not start", async () => {
    await expect(openCluster({ dataDir, settings: { shared_buffers: "none" } })).rejects.toThrow(
      /shared_buffers/,
    );
  });

  it("runs under root in a folder that only root may enter", async () => {
    if (process.getuid?.() !== 0) {
      console.log("Not tried: this run is not root's.");
      return;
    }
    await chmod(home, 0o700);
    const cluster = await openCluster({ dataDir });
    expect(await on(cluster.url(), (sql) => sql`select 1 as answer`)).toEqual([{ answer: 1 }]);
    await cluster.close();
    expect(await readFile(join(dataDir, "postgres", "PG_VERSION"), "utf8")).toBe("18\n");
  });
});
