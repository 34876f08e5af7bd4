import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { openDocument } from "@mdreader/client/live";
import { describe, type ExpectStatic, test } from "vitest";

import { findProcesses } from "../../../server/test/postgres.ts";
import { startProcess } from "../../../server/test/process.ts";
import { startChildServer } from "../../test/child-server.ts";
import type { Running } from "../../test/command-line.ts";
import { createSyncPair, type SyncPair } from "../../test/sync-pair.ts";
import { createMachineUser, signIn } from "../../test/user.ts";

/** `OUTAGE_SECONDS=65` is longer than the timeout of any call. */
const outageMs = 1000 * Number(process.env["OUTAGE_SECONDS"] ?? 15);
const pollOptions = { timeout: 90_000 };

const files = {
  "edited.md": "one\ntwo\nthree\n",
  "renamed here.md": "renamed here\n",
  "renamed there.md": "renamed there\n",
  "f/moved there.md": "moved there\n",
  "f/stays.md": "stays\n",
  "deleted here.md": "deleted here\n",
  "deleted there.md": "deleted there\n",
  "picture.png": "first",
  "replaced here.png": "first",
  "other.md": "other\n",
};

/** Changes made in the folder while the workspace is unreachable. */
async function changeFolder({ folder, write, read }: SyncPair): Promise<void> {
  await write("edited.md", `here\n${await read("edited.md")}`);
  await rename(join(folder, "renamed here.md"), join(folder, "new name.md"));
  await rm(join(folder, "deleted here.md"));
  await write("written here.md", "written here\n");
  await write("replaced here.png", "second");
}

/** Waits until the watcher reports that it is waiting. */
const isWaiting = (expect: ExpectStatic, running: Running) =>
  expect.poll(() => running.lines().some((line) => line.includes("waitingFor")), pollOptions).toBe(true);

async function isIdle(expect: ExpectStatic, pair: SyncPair): Promise<void> {
  await pair.write("mark.md", "mark\n");
  await expect.poll(() => pair.titles().catch(() => []), pollOptions).toContain("mark");
}

/** The contents of the workspace, synced to another folder. */
const readWorkspace = async (pair: SyncPair) => (await pair.another()).files();

describe.concurrent("sync --watch continues after", () => {
  test("a server outage with changes on both sides", async ({ expect }) => {
    await using server = await startChildServer();
    await using user = await createMachineUser(server.url, { separate: false });
    const pair = await createSyncPair(user, files);
    const ids = Object.fromEntries(
      await Promise.all(
        ["edited", "renamed there", "moved there", "deleted there"].map(
          async (title) => [title, (await pair.document(title)).id] as const,
        ),
      ),
    );
    const idOf = (title: string) => ids[title] ?? "";
    await using running = pair.watch();
    await isIdle(expect, pair);
    await server.kill();
    const since = Date.now();

    // The colleague's server keeps running with the same database.
    const other = startProcess({ ...server.environment, APP_PORT: "0" });
    const colleague = await signIn(await other.running, user);
    try {
      await changeFolder(pair);
      await colleague.document.update.mutate({
        id: idOf("edited"),
        content: "one\ntwo\nthree\nthere\n",
        overwrite: true,
      });
      await colleague.document.update.mutate({ id: idOf("renamed there"), title: "their name" });
      await colleague.document.move.mutate({ id: idOf("moved there"), folderId: null });
      await colleague.document.delete.mutate({ id: idOf("deleted there") });
      const { workspaceId } = pair;
      await colleague.document.create.mutate({
        workspaceId,
        title: "written there",
        content: "written there\n",
      });
      const place = { name: "picture.png", path: "picture.png", folderId: null };
      await colleague.uploadFile(workspaceId, new Blob(["second"]), { ...place, onConflict: "replace" });
      await isWaiting(expect, running);
      await delay(Math.max(0, since + outageMs - Date.now()));
    } finally {
      await colleague.close();
      other.child.kill();
      await other.ended;
    }
    await server.start();
    const expected = {
      "edited.md": "here\none\ntwo\nthree\nthere\n",
      "new name.md": "renamed here\n",
      "their name.md": "renamed there\n",
      "moved there.md": "moved there\n",
      "f/stays.md": "stays\n",
      "written here.md": "written here\n",
      "written there.md": "written there\n",
      "picture.png": "second",
      "replaced here.png": "second",
      "other.md": "other\n",
      "mark.md": "mark\n",
    };
    await expect.poll(() => pair.files(), pollOptions).toEqual(expected);
    await expect.poll(() => readWorkspace(pair), pollOptions).toEqual(expected);
    const documents = (await pair.trash()).filter((name) => !name.endsWith(".png"));
    expect(documents).toEqual(["deleted here", "deleted there"]);
    expect((await pair.document("their name")).id).toBe(idOf("renamed there"));
    expect(running.hasEnded()).toBe(false);
  }, 240_000);

  // PostgreSQL processes can be listed this way on Linux only.
  test.runIf(process.platform === "linux")(
    "a frozen PostgreSQL with changes on both sides",
    async ({ expect }) => {
      await using made = new AsyncDisposableStack();
      const home = await mkdtemp(join(tmpdir(), "mdreader-outage-"));
      made.defer(() => rm(home, { recursive: true, force: true }));
      const dataDir = join(home, "data");
      const server = startProcess({ DATA_DIR: dataDir, LOG_LEVEL: "error" });
      made.defer(async () => {
        server.child.kill();
        await server.ended;
      });
      const user = made.use(await createMachineUser(await server.running, { separate: false }));
      const pair = await createSyncPair(user, files);
      const { id } = await pair.document("edited");
      const window = made.use(await openDocument(user.client, id));
      await window.synced();
      await using running = pair.watch();
      await isIdle(expect, pair);

      const frozen = await findProcesses(dataDir);
      for (const pid of frozen) process.kill(pid, "SIGSTOP");
      try {
        await changeFolder(pair);
        window.ytext.insert(window.ytext.length, "there\n");
        await delay(outageMs);
        await isWaiting(expect, running);
      } finally {
        for (const pid of frozen) process.kill(pid, "SIGCONT");
      }
      const { "deleted here.md": _, "renamed here.md": __, ...rest } = files;
      const expected = {
        ...rest,
        "edited.md": "here\none\ntwo\nthree\nthere\n",
        "new name.md": "renamed here\n",
        "written here.md": "written here\n",
        "replaced here.png": "second",
        "mark.md": "mark\n",
      };
      await expect.poll(() => pair.files(), pollOptions).toEqual(expected);
      await expect.poll(() => readWorkspace(pair), pollOptions).toEqual(expected);
      const documents = (await pair.trash()).filter((name) => !name.endsWith(".png"));
      expect(documents).toEqual(["deleted here"]);
      expect(running.hasEnded()).toBe(false);
    },
    240_000,
  );
});
