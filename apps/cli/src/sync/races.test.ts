import { rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { createClient } from "@mdreader/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createSyncFixture, type SyncFixture, type SyncPair } from "../../test/sync-pair.ts";
import { createProgress } from "../progress.ts";
import { openPair } from "./open-pair.ts";
import { synchronize } from "./sync-pass.ts";

let world: SyncFixture;
beforeAll(async () => {
  world = await createSyncFixture();
});
afterAll(() => world[Symbol.asyncDispose]());

/** Syncs while a colleague acts, once, after the listing and right before the first call of a procedure. */
async function syncDuring({ folder }: SyncPair, procedure: string, act: () => Promise<unknown>) {
  let hasActed = false;
  await using client = createClient({
    url: world.url,
    token: (await world.client.session.accessToken()) ?? "",
    async fetch(input, init) {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      if (!hasActed && pathname.endsWith(`/${procedure}`)) {
        hasActed = true;
        await act();
      }
      return fetch(input, init);
    },
  });
  const cli = { client, url: world.url, configFolder: join(world.machine.home, "config") };
  const { report } = await synchronize(await openPair(cli, folder, {}), {
    direction: "both",
    progress: createProgress("", true),
    mayDelete: () => Promise.resolve(true),
  });
  expect(hasActed).toBe(true);
  expect(report.failed).toEqual([]);
  return report;
}

describe("changes of a colleague between the listing and a step are kept", () => {
  test("they write into a document whose file was deleted", async () => {
    const pair = await world.pair({ "a.md": "a\n", "b.md": "b\n", "c.md": "c\n" });
    const { id } = await world.document(pair.workspaceId, "a");
    await rm(join(pair.folder, "a.md"));
    await syncDuring(pair, "document.delete", () =>
      world.client.document.applyText.mutate({ id, baseVersion: 1, text: "a\ntheirs\n" }),
    );
    expect(await world.trash(pair.workspaceId)).toEqual([]);
    expect(await pair.files()).toEqual({ "a.md": "a\ntheirs\n", "b.md": "b\n", "c.md": "c\n" });
  });

  test("they replace an image that was edited in the folder", async () => {
    const pair = await world.pair({ "p.png": "old", "a.md": "a\n" });
    await pair.write("p.png", "mine");
    await syncDuring(pair, "file.createUpload", () => world.upload(pair.workspaceId, "p.png", "theirs"));
    expect(await pair.files()).toEqual({ "p.png": "theirs", "p (mine).png": "mine", "a.md": "a\n" });
    expect(await world.filePaths(pair.workspaceId)).toEqual(["p (mine).png", "p.png"]);
  });

  test("they replace an image that was renamed in the folder", async () => {
    const pair = await world.pair({ "p.png": "old", "a.md": "a\n" });
    await rename(join(pair.folder, "p.png"), join(pair.folder, "q.png"));
    await syncDuring(pair, "file.move", () => world.upload(pair.workspaceId, "p.png", "theirs"));
    const { "a.md": _, ...images } = await pair.files();
    expect(Object.values(images)).toContain("theirs");
    expect(await (await pair.another()).files()).toEqual(await pair.files());
  });

  test("they move a document that was edited in the folder", async () => {
    const pair = await world.pair({ "a.md": "a\n", "b.md": "b\n" });
    const { id } = await world.document(pair.workspaceId, "a");
    await pair.write("a.md", "mine\n");
    await syncDuring(pair, "document.applyText", async () => {
      const { workspaceId } = pair;
      const folder = await world.client.document.folder.create.mutate({ workspaceId, name: "New" });
      await world.client.document.move.mutate({ id, folderId: folder.id });
    });
    await pair.sync();
    expect(await world.document(pair.workspaceId, "a")).toMatchObject({ id, content: "mine\n" });
    expect(await world.titles(pair.workspaceId)).toEqual(["a", "b"]);
    expect(await pair.files()).toEqual({ "New/a.md": "mine\n", "b.md": "b\n" });
  });

  test("they create a document in a folder that is empty otherwise", async () => {
    const pair = await world.pair({ "f/a.md": "a\n", "b.md": "b\n", "c.md": "c\n" });
    const { folderId } = await world.document(pair.workspaceId, "a");
    await rm(join(pair.folder, "f"), { recursive: true });
    await syncDuring(pair, "document.folder.delete", () =>
      world.client.document.create.mutate({
        workspaceId: pair.workspaceId,
        folderId,
        title: "new",
        content: "new\n",
      }),
    );
    expect(await world.trash(pair.workspaceId)).toEqual(["a"]);
    expect(await pair.files()).toEqual({ "f/new.md": "new\n", "b.md": "b\n", "c.md": "c\n" });
  });
});
