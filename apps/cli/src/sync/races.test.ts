import { rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect } from "vitest";

import { type SyncPair, unattended } from "../../test/sync-pair.ts";
import { test as base } from "../../test/sync-test.ts";
import { synchronize } from "./sync-pass.ts";

const test = base
  /** Syncs while a colleague acts, once, after the listing and right before the first call of a procedure. */
  .extend(
    "syncDuring",
    ({ createClientThrough, openSynced }) =>
      async ({ folder }: SyncPair, procedure: string, act: () => Promise<unknown>) => {
        let hasActed = false;
        const through = await createClientThrough(async (input, init) => {
          const { pathname } = new URL(input instanceof Request ? input.url : input);
          if (!hasActed && pathname.endsWith(`/${procedure}`)) {
            hasActed = true;
            await act();
          }
          return fetch(input, init);
        });
        const { report } = await synchronize(await openSynced(folder, through), unattended);
        expect(hasActed).toBe(true);
        expect(report.failed).toEqual([]);
      },
  );

describe("changes of a colleague between the listing and a step are kept", () => {
  test("they write into a document whose file was deleted", async ({ createPair, syncDuring, client }) => {
    const pair = await createPair({ "a.md": "a\n", "b.md": "b\n", "c.md": "c\n" });
    const { id } = await pair.document("a");
    await rm(join(pair.folder, "a.md"));
    await syncDuring(pair, "document.delete", () =>
      client.document.applyText.mutate({ id, baseVersion: 1, text: "a\ntheirs\n" }),
    );
    expect(await pair.trash()).toEqual([]);
    expect(await pair.files()).toEqual({ "a.md": "a\ntheirs\n", "b.md": "b\n", "c.md": "c\n" });
  });

  test("they replace an image that was edited in the folder", async ({ createPair, syncDuring }) => {
    const pair = await createPair({ "p.png": "old", "a.md": "a\n" });
    await pair.write("p.png", "mine");
    await syncDuring(pair, "file.createUpload", () => pair.upload("p.png", "theirs"));
    expect(await pair.files()).toEqual({ "p.png": "theirs", "p (mine).png": "mine", "a.md": "a\n" });
    expect(await pair.filePaths()).toEqual(["p (mine).png", "p.png"]);
  });

  test("they replace an image that was renamed in the folder", async ({ createPair, syncDuring }) => {
    const pair = await createPair({ "p.png": "old", "a.md": "a\n" });
    await rename(join(pair.folder, "p.png"), join(pair.folder, "q.png"));
    await syncDuring(pair, "file.move", () => pair.upload("p.png", "theirs"));
    const { "a.md": _, ...images } = await pair.files();
    expect(Object.values(images)).toContain("theirs");
    expect(await (await pair.another()).files()).toEqual(await pair.files());
  });

  test("they move a document that was edited in the folder", async ({ createPair, syncDuring, client }) => {
    const pair = await createPair({ "a.md": "a\n", "b.md": "b\n" });
    const { id } = await pair.document("a");
    await pair.write("a.md", "mine\n");
    await syncDuring(pair, "document.applyText", async () => {
      const { workspaceId } = pair;
      const folder = await client.document.folder.create.mutate({ workspaceId, name: "New" });
      await client.document.move.mutate({ id, folderId: folder.id });
    });
    await pair.sync();
    expect(await pair.document("a")).toMatchObject({ id, content: "mine\n" });
    expect(await pair.titles()).toEqual(["a", "b"]);
    expect(await pair.files()).toEqual({ "New/a.md": "mine\n", "b.md": "b\n" });
  });

  test("they create a document in a folder that is empty otherwise", async ({
    createPair,
    syncDuring,
    client,
  }) => {
    const pair = await createPair({ "f/a.md": "a\n", "b.md": "b\n", "c.md": "c\n" });
    const { folderId } = await pair.document("a");
    await rm(join(pair.folder, "f"), { recursive: true });
    await syncDuring(pair, "document.folder.delete", () =>
      client.document.create.mutate({
        workspaceId: pair.workspaceId,
        folderId,
        title: "new",
        content: "new\n",
      }),
    );
    expect(await pair.trash()).toEqual(["a"]);
    expect(await pair.files()).toEqual({ "f/new.md": "new\n", "b.md": "b\n", "c.md": "c\n" });
  });
});
