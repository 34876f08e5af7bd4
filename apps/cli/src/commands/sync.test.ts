import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect } from "vitest";

import { encodeBase64, nasty, readFolder, writeFolder } from "../../test/folder.ts";
import { nothing, type SyncPair } from "../../test/sync-pair.ts";
import { test } from "../../test/sync-test.ts";
import { register } from "../../test/user.ts";
import { stateFileName } from "../sync/state.ts";

test("the folder is the current one by default", async ({ newMachine }) => {
  await register(newMachine);
  const { id } = await newMachine.json<{ id: string }>(["workspace", "create", "Notes"]);
  await newMachine.json(["document", "create", "--workspace", id, "--title", "Plan"], {
    stdin: "The plan\n",
  });
  await newMachine.json(["pull", "--workspace", id]);
  expect(await readFile(join(newMachine.home, "Plan.md"), "utf8")).toBe("The plan\n");
  expect(await newMachine.json(["status"])).toEqual({ steps: [], problems: [] });
});

describe("sync", () => {
  test("reproduces a folder on another machine byte for byte, and then has nothing to do", async ({
    createPair,
  }) => {
    const pair = await createPair(nasty);
    await pair.sync("--include-hidden");
    const other = await pair.another();
    await other.sync("--include-hidden");
    const { [stateFileName]: _, ...arrived } = await readFolder(other.folder);
    expect(arrived).toEqual(encodeBase64(nasty));
    for (const one of [pair, other]) {
      const report = await one.sync("--include-hidden");
      expect(report).toMatchObject({ sent: nothing, received: nothing, merged: [], failed: [], leftOut: [] });
    }
  });

  test("sends and receives the edits of either side", async ({ createPair, client }) => {
    const pair = await createPair({ "a.md": "one\n", "guides/b.md": "two\n" });
    await pair.write("a.md", "one, here\n");
    await pair.write("guides/new.md", "new here\n");
    const { id } = await pair.document("b");
    await client.document.update.mutate({ id, content: "two, there\n", overwrite: true });
    await client.document.create.mutate({
      workspaceId: pair.workspaceId,
      title: "c",
      content: "new there\n",
    });
    expect(await pair.sync()).toMatchObject({
      sent: { ...nothing, created: 1, updated: 1 },
      received: { ...nothing, created: 1, updated: 1 },
    });
    expect(await pair.files()).toEqual({
      "a.md": "one, here\n",
      "c.md": "new there\n",
      "guides/b.md": "two, there\n",
      "guides/new.md": "new here\n",
    });
    expect((await pair.document("a")).content).toBe("one, here\n");
  });

  test("merges a text changed on both sides, and lists the conflicting lines", async ({
    createPair,
    client,
  }) => {
    const pair = await createPair({ "a.md": "first\nmiddle\nlast\n" });
    const { id } = await pair.document("a");
    await pair.write("a.md", "first, here\nmiddle\nlast by me\n");
    await client.document.update.mutate({
      id,
      content: "first\nmiddle, there\nlast by them\n",
      overwrite: true,
    });
    const { merged, conflicts } = await pair.sync();
    expect(merged).toEqual(["a.md"]);
    expect(conflicts).toEqual([{ path: "a.md", line: 3 }]);
    const text = await pair.read("a.md");
    for (const kept of ["first, here", "middle, there", "by me", "by them"]) expect(text).toContain(kept);
    expect((await pair.document("a")).content).toBe(text);
  });

  test("follows renames and moves of both sides", async ({ createPair, client }) => {
    const pair = await createPair({
      "a.md": "a\n",
      "b.md": "b\n",
      "old/c.md": "c\n",
      "old/d.md": "d\n",
      "x.md": "x\n",
    });
    const before = await pair.document("a");
    await mkdir(join(pair.folder, "sub"));
    await rename(join(pair.folder, "a.md"), join(pair.folder, "sub", "renamed.md"));
    const b = await pair.document("b");
    await client.document.update.mutate({ id: b.id, title: "b, renamed" });
    const { folderId } = await pair.document("c");
    await client.document.folder.rename.mutate({ id: folderId ?? "", name: "new" });
    expect(await pair.sync()).toMatchObject({
      sent: { ...nothing, moved: 1 },
      received: { ...nothing, moved: 3 },
    });
    expect(await pair.files()).toEqual({
      "b, renamed.md": "b\n",
      "new/c.md": "c\n",
      "new/d.md": "d\n",
      "sub/renamed.md": "a\n",
      "x.md": "x\n",
    });
    // It is the same document, with its history.
    expect((await pair.document("renamed")).id).toBe(before.id);
    expect(await pair.sync()).toMatchObject({ sent: nothing, received: nothing });
  });

  test("syncs images and other files in both directions, byte for byte", async ({ createPair }) => {
    const [red, blue] = [
      Buffer.from("89504e470d0a1a0a00ff", "hex"),
      Buffer.from("89504e470d0a1a0a00fe", "hex"),
    ];
    const pair = await createPair({
      "guides/a.md": "![](images/red.png)\n",
      "guides/images/red.png": red,
      "data.csv": "1\n",
    });
    const other = await pair.another();
    const bytes = async (of: SyncPair, path: string) => readFile(join(of.folder, path));
    expect(await bytes(other, "guides/images/red.png")).toEqual(red);
    expect(await other.read("data.csv")).toBe("1\n");

    // One side changes and moves, the other adds and deletes.
    await writeFile(join(pair.folder, "guides/images/red.png"), blue);
    await rename(join(pair.folder, "data.csv"), join(pair.folder, "guides/data.csv"));
    expect(await pair.sync()).toMatchObject({ sent: { ...nothing, updated: 1, moved: 1 }, failed: [] });
    await other.write("new/notes.txt", "new\n");
    await other.sync();
    expect(await bytes(other, "guides/images/red.png")).toEqual(blue);
    expect(Object.keys(await other.files()).toSorted()).toEqual([
      "guides/a.md",
      "guides/data.csv",
      "guides/images/red.png",
      "new/notes.txt",
    ]);
    await rm(join(pair.folder, "guides/data.csv"));
    await pair.sync();
    await other.sync();
    expect(await other.files()).toEqual(await pair.files());
    expect(await pair.sync()).toMatchObject({ sent: nothing, received: nothing, kept: [] });
  });

  test("keeps both versions of an image changed on both sides", async ({ createPair }) => {
    const pair = await createPair({ "a.md": "a\n", "a.png": "first" });
    const other = await pair.another();
    await pair.write("a.png", "mine");
    await other.write("a.png", "theirs");
    await other.sync();
    expect((await pair.sync()).kept).toEqual([{ path: "a.png", as: "a (mine).png" }]);
    expect(await pair.files()).toEqual({ "a.md": "a\n", "a.png": "theirs", "a (mine).png": "mine" });
  });

  test("swaps the names of two files that were swapped in the workspace", async ({ createPair, client }) => {
    const pair = await createPair({ "a.md": "was a\n", "b.md": "was b\n" });
    const [a, b] = [await pair.document("a"), await pair.document("b")];
    await client.document.update.mutate({ id: a.id, title: "b" });
    await client.document.update.mutate({ id: b.id, title: "a" });
    await pair.sync();
    expect(await pair.files()).toEqual({ "a.md": "was b\n", "b.md": "was a\n" });
    expect(await pair.titles()).toEqual(["a", "b"]);
  });

  test("deletes files deleted on the other side, and folders left empty by that", async ({
    createPair,
    client,
  }) => {
    const pair = await createPair({ "a.md": "a\n", "gone/b.md": "b\n", "c.md": "c\n" });
    await rm(join(pair.folder, "gone"), { recursive: true });
    const { id } = await pair.document("c");
    await client.document.delete.mutate({ id });
    expect(await pair.sync()).toMatchObject({
      sent: { ...nothing, deleted: 1 },
      received: { ...nothing, deleted: 1 },
    });
    expect(await pair.files()).toEqual({ "a.md": "a\n" });
    const { items } = await client.document.tree.query({ workspaceId: pair.workspaceId });
    expect(items.map(({ name }) => name)).toEqual(["a"]);
  });

  test("does not delete files edited on the other side", async ({ createPair, client }) => {
    const pair = await createPair({ "a.md": "a\n", "b.md": "b\n" });
    const [a, b] = [await pair.document("a"), await pair.document("b")];
    await client.document.delete.mutate({ id: a.id });
    await pair.write("a.md", "a, and more here\n");
    await rm(join(pair.folder, "b.md"));
    await client.document.update.mutate({ id: b.id, content: "b, and more there\n", overwrite: true });
    await pair.sync();
    expect(await pair.files()).toEqual({ "a.md": "a, and more here\n", "b.md": "b, and more there\n" });
    expect((await client.document.get.query({ id: a.id })).content).toBe("a, and more here\n");
  });

  test("keeps both if a new file has the name of a document with other text", async ({
    createPair,
    client,
  }) => {
    const pair = await createPair({ "a.md": "a\n" });
    await client.document.create.mutate({ workspaceId: pair.workspaceId, title: "b", content: "theirs\n" });
    await pair.write("b.md", "mine\n");
    expect((await pair.sync()).kept).toEqual([{ path: "b.md", as: "b (mine).md" }]);
    expect(await pair.files()).toEqual({ "a.md": "a\n", "b (mine).md": "mine\n", "b.md": "theirs\n" });
    expect(await pair.titles()).toEqual(["a", "b", "b (mine)"]);
  });

  test("deletes nothing from an emptied folder without --force", async ({ createPair, machine }) => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const pair = await createPair(Object.fromEntries(names.map((name) => [`${name}.md`, `${name}\n`])));
    for (const name of names) await rm(join(pair.folder, `${name}.md`));
    const refused = await machine.run(["sync", pair.folder, "--json"]);
    expect(refused.error()).toMatchObject({ reason: "FILE" });
    expect(await pair.titles()).toEqual(names);
    await pair.sync("--force");
    expect(await pair.titles()).toEqual([]);
  });
});

describe("a killed sync", () => {
  test("is completed by the next one without duplicates", async ({ createPair, machine }) => {
    const files = Object.fromEntries(
      Array.from({ length: 120 }, (_, index) => [`${index % 7}/n${index}.md`, `text ${index}\n`] as const),
    );
    const pair = await createPair();
    await writeFolder(pair.folder, files);
    for (const documents of [10, 50]) {
      await using running = machine.start(["sync", pair.folder]);
      await expect.poll(async () => (await pair.titles()).length).toBeGreaterThan(documents);
      await running.kill();
    }
    await pair.sync();
    const other = await pair.another();
    expect(await other.files()).toEqual(files);
  });

  test("sends nothing twice if killed before it saved the server's response", async ({
    createPair,
    client,
  }) => {
    const pair = await createPair({ "a.md": "one\n" });
    const { id } = await pair.document("a");
    const before = await readFile(join(pair.folder, stateFileName));
    await pair.write("a.md", "one\nmine\n");
    await client.document.update.mutate({ id, content: "theirs\none\n", overwrite: true });
    await pair.sync();
    // As if the process had died before it saved the state and wrote files.
    await writeFile(join(pair.folder, stateFileName), before);
    await pair.write("a.md", "one\nmine\n");
    await pair.sync();
    expect(await pair.read("a.md")).toBe("theirs\none\nmine\n");
  });
});

describe("push, pull and status", () => {
  test("sync in one direction, and list the pending changes", async ({ createPair, client, machine }) => {
    const pair = await createPair({ "a.md": "a\n", "b.md": "b\n" });
    const { id } = await pair.document("b");
    await pair.write("a.md", "a here\n");
    await client.document.update.mutate({ id, content: "b there\n", overwrite: true });
    const { stdout } = await machine.run(["status", pair.folder]);
    expect(stdout.toString()).toBe("→ changed  a.md\n← changed  b.md\n");

    await machine.json(["pull", pair.folder]);
    expect(await pair.files()).toEqual({ "a.md": "a here\n", "b.md": "b there\n" });
    expect((await pair.document("a")).content).toBe("a\n");
    await machine.json(["push", pair.folder]);
    expect((await pair.document("a")).content).toBe("a here\n");
  });

  test("require the workspace once, and reject another one", async ({ machine, createPair, client }) => {
    const folder = await machine.createFolder();
    expect((await machine.run(["status", folder, "--json"])).error()).toMatchObject({ reason: "USAGE" });
    const pair = await createPair();
    const { id } = await client.workspace.create.mutate({ name: "Elsewhere" });
    const refused = await machine.run(["sync", pair.folder, "--workspace", id, "--json"]);
    expect(refused.error()).toMatchObject({ reason: "USAGE" });
  });
});

describe("sync --watch", () => {
  test("downloads edits from the workspace and uploads saved files", async ({ createPair, client }) => {
    const pair = await createPair({ "a.md": "a\n" });
    const { id } = await pair.document("a");
    await using watching = pair.watch();
    await client.document.update.mutate({ id, content: "a\nthere\n", overwrite: true });
    await expect.poll(() => pair.read("a.md")).toBe("a\nthere\n");
    await expect.poll(() => watching.lines().length).toBe(1);
    await pair.write("a.md", "a\nthere\nhere\n");
    await expect.poll(async () => (await client.document.get.query({ id })).content).toBe("a\nthere\nhere\n");
    await client.document.create.mutate({
      workspaceId: pair.workspaceId,
      title: "new",
      content: "made there\n",
    });
    await expect.poll(() => pair.read("new.md").catch(() => null)).toBe("made there\n");
    await pair.write("sub/mine.md", "made here\n");
    await expect.poll(() => pair.titles()).toEqual(["a", "mine", "new"]);
    await rm(join(pair.folder, "new.md"));
    await expect.poll(() => pair.titles()).toEqual(["a", "mine"]);
  });
});
