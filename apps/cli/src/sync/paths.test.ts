import { rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect } from "vitest";

import { writeFolder } from "../../test/folder.ts";
import { nothing } from "../../test/sync-pair.ts";
import { test } from "../../test/sync-test.ts";
import type { SyncReport } from "./report.ts";

const listLeftOut = ({ leftOut }: SyncReport) => leftOut.map(({ path }) => path);

describe("a file that sync leaves out", () => {
  test("stays unchanged in the workspace, under any spelling of its name, and is listed", async ({
    client,
    createPair,
  }) => {
    const { id: workspaceId } = await client.workspace.create.mutate({ name: "Named oddly" });
    const { id: dependencies } = await client.document.folder.create.mutate({
      workspaceId,
      name: "node_modules",
    });
    const { id: hidden } = await client.document.folder.create.mutate({ workspaceId, name: ".obsidian" });
    for (const [title, folderId] of [
      ["robots.txt", null],
      ["page.mdx", null],
      ["plain", null],
      ["inner", dependencies],
      ["settings", hidden],
    ] as const) {
      await client.document.create.mutate({ workspaceId, title, folderId, content: `${title}\n` });
    }
    const pair = await createPair({}, workspaceId);
    await pair.upload(".env.example", "KEY=");
    await pair.upload("pic.png", "png");
    await pair.sync();
    expect(await pair.files()).toEqual({
      "page.mdx": "page.mdx\n",
      "pic.png": "png",
      "plain.md": "plain\n",
      "robots.txt.md": "robots.txt\n",
    });
    const again = await pair.sync();
    expect(again).toMatchObject({ sent: nothing, received: nothing, failed: [] });
    expect(listLeftOut(again)).toEqual([".env.example", ".obsidian/", "node_modules/"]);
    expect(await pair.titles()).toEqual(["inner", "page.mdx", "plain", "robots.txt", "settings"]);
    expect(await pair.trash()).toEqual([]);

    // A document with the name of a plain-text file stays the same document.
    await pair.write("robots.txt.md", "changed\n");
    expect(await pair.sync()).toMatchObject({ sent: { ...nothing, updated: 1 } });
    expect((await pair.document("robots.txt")).content).toBe("changed\n");
  });

  test("is not deleted when a rename on either side excludes it", async ({ createPair, client }) => {
    const pair = await createPair({ "deps/a.md": "a\n", "todo.md": "todo\n", "b.md": "b\n" });
    const { folderId } = await pair.document("a");
    await client.document.folder.rename.mutate({ id: folderId ?? "", name: "node_modules" });
    const todo = await pair.document("todo");
    await client.document.update.mutate({ id: todo.id, title: "todo.txt" });
    await pair.sync();
    await pair.sync();
    expect(await pair.titles()).toEqual(["a", "b", "todo.txt"]);
    expect(await pair.files()).toMatchObject({ "todo.txt.md": "todo\n" });
    expect(await pair.trash()).toEqual([]);
  });

  test("is not deleted when an ignore file excludes it", async ({ createPair }) => {
    const pair = await createPair({ "drafts/a.md": "a\n", "b.md": "b\n", "c.png": "c" });
    await pair.write(".mdreaderignore", "drafts/\n*.png\n");
    await rm(join(pair.folder, "drafts"), { recursive: true });
    const report = await pair.sync();
    expect(report).toMatchObject({ sent: nothing, received: nothing });
    expect(listLeftOut(report)).toContain("drafts/");
    expect(await pair.titles()).toEqual(["a", "b"]);
    expect(await pair.filePaths()).toEqual(["c.png"]);
  });

  test("is never sent: tokens, keys and version control data", async ({ createPair }) => {
    const pair = await createPair({ "a.md": "a\n" });
    await writeFolder(pair.folder, {
      ".git/config": "url = https://user:TOKEN@host/",
      "sub/.Git/config": "x",
      ".aws/credentials": "x",
      "keys/id_rsa": "x",
      ".env.local": "x",
      "node_modules/p/README.md": "x",
    });
    await pair.sync("--include-hidden");
    expect(await pair.titles()).toEqual(["a"]);
    expect(await pair.filePaths()).toEqual([]);
  });
});

test("a file replaced by a link is neither deleted nor read", async ({ createPair, machine }) => {
  const pair = await createPair({ "a.md": "a\n", "b.md": "b\n", "p.png": "p", "q/r.png": "r" });
  for (const path of ["b.md", "p.png", "q/r.png"]) {
    await rm(join(pair.folder, path));
    await writeFile(join(machine.home, "elsewhere"), "elsewhere");
    await symlink(join(machine.home, "elsewhere"), join(pair.folder, path));
  }
  const outcome = await machine.run(["sync", pair.folder, "--json"]);
  expect(outcome.code).toBe(3);
  const report: SyncReport = JSON.parse(outcome.stdout.toString());
  expect(report).toMatchObject({ sent: nothing, received: nothing });
  expect(report.failed.map(({ path }) => path).toSorted()).toEqual(["b.md", "p.png", "q/r.png"]);
  expect(await pair.titles()).toEqual(["a", "b"]);
  expect(await pair.filePaths()).toEqual(["p.png", "q/r.png"]);
});

test("a file can be named __proto__", async ({ createPair }) => {
  const pair = await createPair({ "a.md": "a\n", ["__proto__"]: "x", "b.md": "b\n" });
  await rm(join(pair.folder, "__proto__"));
  expect(await pair.sync()).toMatchObject({ sent: { ...nothing, deleted: 1 }, received: nothing });
  expect(await pair.filePaths()).toEqual([]);
});
