import { execFile } from "node:child_process";
import { chmod, cp, stat } from "node:fs/promises";
import { promisify } from "node:util";

import { beforeEach, describe, expect, it } from "vitest";

import { withSession } from "../driver/index.ts";
import { createTestFolder } from "./test-folder.fixture.ts";

describe("the embedded PostgreSQL, started by root", () => {
  beforeEach(({ skip }) => skip(process.getuid?.() !== 0, "requires root"));

  it("runs as another user, who owns its files", async () => {
    await using folder = await createTestFolder();
    await chmod(folder.home, 0o755);
    const cluster = await folder.open();
    expect((await stat(folder.cluster)).uid).not.toBe(0);
    await cluster.close();
  });

  it("works in a folder that only root can enter", async () => {
    await using folder = await createTestFolder();
    await chmod(folder.home, 0o700);
    const cluster = await folder.open();
    expect(await withSession(cluster.url(), (sql) => sql`select 1 as answer`)).toEqual([{ answer: 1 }]);
    await cluster.close();
  });

  it("takes over a cluster that root copied from a backup", async () => {
    await using folder = await createTestFolder();
    const cluster = await folder.open();
    await withSession(cluster.url(), (sql) => sql`create table notes as select 'saved' as text`);
    await cluster.close();

    await using restored = await createTestFolder();
    await cp(folder.dataDir, restored.dataDir, { recursive: true });
    await promisify(execFile)("chown", ["-R", "0:0", restored.dataDir]);
    const again = await restored.open();
    expect(await withSession(again.url(), (sql) => sql`select text from notes`)).toEqual([{ text: "saved" }]);
    await again.close();
  });

  it("runs as the owner of an existing cluster", async () => {
    await using folder = await createTestFolder();
    await (await folder.open()).close();
    const stranger = { uid: 54_321, gid: 54_321 };
    await promisify(execFile)("chown", ["-R", `${stranger.uid}:${stranger.gid}`, folder.cluster]);
    await (await folder.open()).close();
    expect(await stat(folder.cluster)).toMatchObject(stranger);
  });
});
