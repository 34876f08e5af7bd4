import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { serve } from "../../../server/test/serve.ts";
import { createSyncFixture, nothing } from "../../test/sync-pair.ts";

test("no command writes into a version control folder", async () => {
  await using served = await serve();
  await using world = await createSyncFixture(served.url);
  const { workspaceId } = await world.pair({ "a.md": "a\n" });
  const paths = [".git/config", ".git/HEAD", ".git/objects/x", ".git/refs/x"];
  for (const path of paths) {
    await expect(world.upload(workspaceId, path, "[core] fsmonitor")).rejects.toThrow();
    await world.upload(workspaceId, path.replace(".git", "_git"), "[core] fsmonitor");
  }
  const { id } = await world.client.document.folder.create.mutate({ workspaceId, name: "sub" });
  await world.client.document.create.mutate({ workspaceId, folderId: id, title: "hook", content: "x" });
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
    const folder = join(world.machine.home, command);
    await mkdir(folder);
    await world.machine.run([command, folder, "--workspace", workspaceId, option, "--json"]);
    const found = (await readdir(folder)).filter((name) => name !== ".mdreader.json");
    expect([command, found]).toEqual([command, ["a.md"]]);
  }
  // Files that are left out are not mistaken for deleted ones.
  const again = ["sync", join(world.machine.home, "sync"), "--include-hidden"];
  expect(await world.machine.json(again)).toMatchObject({ sent: nothing, received: nothing });
  expect(await world.trash(workspaceId)).toEqual([]);
});
