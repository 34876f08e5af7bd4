import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect } from "vitest";

import { writeFolder } from "../../test/folder.ts";
import { nothing, unattended } from "../../test/sync-pair.ts";
import { test } from "../../test/sync-test.ts";
import { toSubject, synchronize } from "./sync-pass.ts";

const createNumbered = (count: number, ending: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`${n}${ending}`, `${n}\n`]));

describe("only empty folders are deleted", () => {
  test("moving or deleting the only document keeps the image beside it", async ({ createPair }) => {
    for (const leave of ["move", "delete"]) {
      const pair = await createPair({ "f/a.md": "a\n", "f/p.png": "p", "b.md": "b\n", "c.md": "c\n" });
      const from = join(pair.folder, "f/a.md");
      await (leave === "move" ? rename(from, join(pair.folder, "a.md")) : rm(from));
      await pair.sync();
      await pair.sync();
      expect(await pair.files()).toMatchObject({ "f/p.png": "p" });
      expect(await pair.trash()).toEqual(leave === "move" ? [] : ["a"]);
      expect(await pair.filePaths()).toEqual(["p.png"]);
    }
  });

  test("a new file beside a deleted one stays on both sides", async ({ createPair }) => {
    const pair = await createPair({ "f/a.md": "a\n", "b.md": "b\n", "c.md": "c\n" });
    await rm(join(pair.folder, "f/a.md"));
    await pair.write("f/new.md", "new\n");
    expect(await pair.sync()).toMatchObject({
      sent: { ...nothing, created: 1, deleted: 1 },
      received: nothing,
    });
    expect(await pair.files()).toEqual({ "b.md": "b\n", "c.md": "c\n", "f/new.md": "new\n" });
  });
});

describe("many deletions require a confirmation", () => {
  test("in the workspace: images, and a few or nearly all documents", async ({ createPair, machine }) => {
    for (const [files, gone] of [
      [{ ...createNumbered(30, ".png"), "a.md": "a\n" }, 30],
      [createNumbered(4, ".md"), 3],
      [createNumbered(60, ".md"), 11],
    ] as const) {
      const pair = await createPair(files);
      const paths = Object.keys(files).slice(0, gone);
      for (const path of paths) await rm(join(pair.folder, path));
      const refused = await machine.run(["sync", pair.folder, "--json"]);
      expect(refused.error()).toMatchObject({ reason: "FILE" });
      expect(await pair.trash()).toEqual([]);
      expect(await pair.sync("--force")).toMatchObject({ sent: { ...nothing, deleted: gone } });
    }
  });

  test("in the folder, after many deletions or that of the synced workspace folder", async ({
    createPair,
    machine,
    client,
  }) => {
    const pair = await createPair({ "f/a.md": "a\n", "f/b.md": "b\n", "f/c.md": "c\n", "f/p.png": "p" });
    const { folderId } = await pair.document("a");
    const bound = join(machine.home, crypto.randomUUID());
    await mkdir(bound);
    const sync = ["sync", bound, "--workspace", pair.workspaceId, "--folder", folderId ?? ""];
    await machine.json(sync);
    await client.document.folder.delete.mutate({ id: folderId ?? "" });
    for (const args of [sync, ["sync", pair.folder]]) {
      const refused = await machine.run([...args, "--json"]);
      expect(refused.error()).toMatchObject({ reason: "FILE" });
    }
    expect(await readFile(join(bound, "a.md"), "utf8")).toBe("a\n");
    await client.document.folder.restore.mutate({ id: folderId ?? "" });
    expect(await machine.json(sync)).toMatchObject({ sent: nothing, received: nothing });
    expect(await pair.sync()).toMatchObject({ sent: nothing, received: nothing });
  });
});

test("files that go missing one after the other are counted together", async ({ createPair, openSynced }) => {
  const pair = await createPair(createNumbered(6, ".md"));
  for (const number of [0, 1, 2]) await rm(join(pair.folder, `${number}.md`));
  const { withheld } = await synchronize(await openSynced(pair.folder), {
    ...unattended,
    mayDelete: () => Promise.resolve(false),
    waits: (step) => toSubject(step) !== "0.md",
  });
  expect(withheld).toEqual([{ side: "there", number: 3, total: 6 }]);
  expect(await pair.trash()).toEqual([]);
});

// Other systems have no `script` command, or a different one.
describe.runIf(process.platform === "linux")("many deletions require a confirmation in the terminal", () => {
  test.for(["there", "here"])("%s", async (side, { createPair, client, machine }) => {
    const pair = await createPair(createNumbered(6, ".md"));
    for (const name of ["0", "1", "2"]) {
      const { id } = await pair.document(name);
      if (side === "here") await client.document.delete.mutate({ id });
      else await rm(join(pair.folder, `${name}.md`));
    }
    const countLeft = async () => [(await pair.titles()).length, Object.keys(await pair.files()).length];
    const before = await countLeft();
    const ask = (answer: string) =>
      machine.runOnTerminal(["sync", pair.folder], ["Delete them? [y/N]", answer]);

    for (const answer of ["n", ""]) {
      const refused = await ask(answer);
      expect(refused.said).toContain("No further changes were made.");
      expect(refused.code).toBe(130);
      expect(await countLeft()).toEqual(before);
    }
    const allowed = await ask("y");
    expect(allowed.said).toContain("3 deleted");
    expect(allowed.code).toBe(0);
    expect(await countLeft()).toEqual([3, 3]);
  });
});

describe("a deleted file", () => {
  test("is restored with its ID and comments when it reappears at its path or with its bytes", async ({
    createPair,
    client,
  }) => {
    const pair = await createPair({ "f/a.md": "a\n", "b.md": "b\n", "p.png": "p", "q.md": "q\n" });
    const [a, b] = [await pair.document("a"), await pair.document("b")];
    const { items } = await client.file.list.query({ workspaceId: pair.workspaceId });
    await client.document.comment.create.mutate({ documentId: a.id, body: "Keep this." });
    await rm(join(pair.folder, "f"), { recursive: true });
    await pair.sync();
    await rm(join(pair.folder, "b.md"));
    await pair.sync();
    await rm(join(pair.folder, "p.png"));
    await pair.sync();
    expect(await pair.trash()).toEqual(["a", "b", "f", "p.png"]);
    await writeFolder(pair.folder, { "g/moved.md": "a\n", "b.md": "b, changed\n", "p.png": "p" });
    expect(await pair.sync()).toMatchObject({ failed: [], kept: [] });
    expect((await pair.document("moved")).id).toBe(a.id);
    expect(await pair.document("b")).toMatchObject({ id: b.id, content: "b, changed\n" });
    expect((await client.file.list.query({ workspaceId: pair.workspaceId })).items[0]?.id).toBe(items[0]?.id);
    const comments = await client.document.comment.list.query({ documentId: a.id });
    expect(comments.items).toHaveLength(1);
    expect(await pair.trash()).toEqual(["f"]);
    expect(await pair.sync()).toMatchObject({ sent: nothing, received: nothing });
  });

  test("stays deleted even if it gets a comment", async ({ createPair, client }) => {
    const pair = await createPair({ "a.md": "a\n", "b.md": "b\n", "c.md": "c\n" });
    const { id } = await pair.document("a");
    await client.document.comment.create.mutate({ documentId: id, body: "Nice." });
    await rm(join(pair.folder, "a.md"));
    expect(await pair.sync()).toMatchObject({ sent: { ...nothing, deleted: 1 }, received: nothing });
  });
});

describe("names changed on both sides", () => {
  test("an image moved in the folder and replaced in the workspace gets the new bytes at the new path", async ({
    createPair,
  }) => {
    const pair = await createPair({ "pic.png": "old", "a.md": "a\n" });
    await mkdir(join(pair.folder, "sub"));
    await rename(join(pair.folder, "pic.png"), join(pair.folder, "sub/pic.png"));
    await pair.upload("pic.png", "new");
    expect(await pair.sync()).toMatchObject({ failed: [], kept: [] });
    expect(await pair.files()).toEqual({ "a.md": "a\n", "sub/pic.png": "new" });
    expect(await pair.filePaths()).toEqual(["sub/pic.png"]);
  });

  test("numbers shift when the first of several documents with one title is deleted", async ({
    createPair,
    client,
  }) => {
    const pair = await createPair({});
    const ids: string[] = [];
    for (let number = 1; number <= 6; number += 1) {
      const { id } = await client.document.create.mutate({
        workspaceId: pair.workspaceId,
        title: "Untitled",
        content: `${number}\n`,
      });
      ids.push(id);
    }
    await pair.sync();
    await client.document.delete.mutate({ id: ids[0] ?? "" });
    expect(await pair.sync()).toMatchObject({ received: { ...nothing, moved: 5, deleted: 1 }, failed: [] });
    expect(await pair.files()).toEqual({
      "Untitled.md": "2\n",
      "Untitled (2).md": "3\n",
      "Untitled (3).md": "4\n",
      "Untitled (4).md": "5\n",
      "Untitled (5).md": "6\n",
    });
  });

  test("rotated names of documents and images sync from either side", async ({ createPair }) => {
    const pair = await createPair({
      "a.md": "a\n",
      "b.md": "b\n",
      "c.md": "c\n",
      "1.png": "1",
      "2.png": "2",
      "3.png": "3",
    });
    const other = await pair.another();
    for (const names of [
      ["a.md", "b.md", "c.md"],
      ["1.png", "2.png", "3.png"],
    ]) {
      const [x = "", y = "", z = ""] = names.map((name) => join(pair.folder, name));
      await rename(x, `${x}.aside`);
      await rename(z, x);
      await rename(y, z);
      await rename(`${x}.aside`, y);
    }
    expect(await pair.sync()).toMatchObject({
      sent: { ...nothing, moved: 6 },
      received: nothing,
      failed: [],
    });
    expect(await other.sync()).toMatchObject({
      received: { ...nothing, moved: 6 },
      sent: nothing,
      failed: [],
    });
    expect(await other.files()).toEqual(await pair.files());
    expect(await other.files()).toEqual({
      "a.md": "c\n",
      "b.md": "a\n",
      "c.md": "b\n",
      "1.png": "3",
      "2.png": "1",
      "3.png": "2",
    });
    expect(await pair.trash()).toEqual([]);
  });
});

test("nothing is written or removed inside a folder replaced by a link", async ({
  createPair,
  machine,
  client,
}) => {
  const pair = await createPair({ "f/a.md": "a\n", "b.md": "b\n", "c.md": "c\n" });
  const elsewhere = join(machine.home, crypto.randomUUID());
  await writeFolder(elsewhere, { "a.md": "a\n" });
  await rm(join(pair.folder, "f"), { recursive: true });
  await symlink(elsewhere, join(pair.folder, "f"));
  const { id } = await pair.document("a");
  await client.document.delete.mutate({ id });
  await machine.run(["sync", pair.folder]);
  expect(await readFile(join(elsewhere, "a.md"), "utf8")).toBe("a\n");
  await writeFile(join(elsewhere, "b.md"), "not ours\n");
  await machine.run(["sync", pair.folder]);
  expect(await pair.titles()).toEqual(["b", "c"]);
});
