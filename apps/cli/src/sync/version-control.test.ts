import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "vitest";

import { nothing } from "../../test/sync-pair.ts";
import { test } from "../../test/sync-test.ts";

test("no command writes into a version control folder", async ({ createPair, client, served, machine }) => {
  const pair = await createPair({ "a.md": "a\n" });
  const { workspaceId } = pair;
  const paths = [".git/config", ".git/HEAD", ".git/objects/x", ".git/refs/x"];
  for (const path of paths) {
    await expect(pair.upload(path, "[core] fsmonitor")).rejects.toThrow();
    await pair.upload(path.replace(".git", "_git"), "[core] fsmonitor");
  }
  const { id } = await client.document.folder.create.mutate({ workspaceId, name: "sub" });
  await client.document.create.mutate({ workspaceId, folderId: id, title: "hook", content: "x" });
  // No call creates such names, but a database may contain them from before the check.
  const { sql } = served.database.database;
  await sql`update files set path = replace(path, '_git', '.git') where workspace_id = ${workspaceId}`;
  await sql`update folders set name = '.git' where id = ${id}`;

  for (const args of [
    ["sync", "--include-hidden"],
    ["pull", "--include-hidden"],
    ["export", "--overwrite"],
  ]) {
    const [command = "", option = ""] = args;
    const folder = join(machine.home, command);
    await mkdir(folder);
    await machine.run([command, folder, "--workspace", workspaceId, option, "--json"]);
    const found = (await readdir(folder)).filter((name) => name !== ".mdreader.json");
    expect([command, found]).toEqual([command, ["a.md"]]);
  }
  // Files that are left out are not mistaken for deleted ones.
  const again = ["sync", join(machine.home, "sync"), "--include-hidden"];
  expect(await machine.json(again)).toMatchObject({ sent: nothing, received: nothing });
  expect(await pair.trash()).toEqual([]);
});
