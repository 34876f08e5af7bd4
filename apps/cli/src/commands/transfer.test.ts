import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect } from "vitest";

import { unzip, createZip } from "../../../server/test/zip.ts";
import { encodeBase64, nasty, readFolder, writeFolder } from "../../test/folder.ts";
import { test } from "../../test/transfer-test.ts";

describe("import and export of a folder", () => {
  test("reproduces it byte for byte, with all names and folders; importing again changes nothing", async ({
    machine,
    importFolder,
    exportFolder,
  }) => {
    const [from, to] = [await machine.createFolder(nasty), await machine.createFolder()];

    const brought = await importFolder(from, "--include-hidden");
    expect(brought).toMatchObject({
      created: Object.keys(nasty).length,
      updated: 0,
      failed: [],
      skipped: [],
    });
    const taken = await exportFolder(to);
    expect(taken).toMatchObject({ written: Object.keys(nasty).length, unchanged: 0, failed: [] });
    expect(await readFolder(to)).toEqual(encodeBase64(nasty));

    expect(await importFolder(from, "--include-hidden")).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: Object.keys(nasty).length,
      foldersCreated: 0,
    });
    expect(await exportFolder(to)).toMatchObject({ written: 0, failed: [] });
  });

  test("includes images and other files byte for byte, and sends only changed ones", async ({
    machine,
    importFolder,
    exportFolder,
    workspace,
  }) => {
    const files = {
      "a.md": "![](images/p%20q.png)\n",
      "images/p q.png": Buffer.from([0, 255, 13, 10]),
      "images/deep/empty.bin": "",
      "docs/b.md": "![](é.svg)\n",
      "docs/é.svg": "<svg/>\r\n",
    };
    const from = await machine.createFolder({ ...files, ".hidden.png": "not this one" });
    const to = await machine.createFolder();
    expect(await importFolder(from)).toMatchObject({
      created: 2,
      foldersCreated: 1,
      files: 3,
      failed: [],
    });
    expect(await exportFolder(to)).toMatchObject({ written: 2, files: 3, failed: [] });
    expect(await readFolder(to)).toEqual(encodeBase64(files));
    expect(await importFolder(from)).toMatchObject({ unchanged: 2, foldersCreated: 0, files: 0 });

    await writeFolder(from, { "images/p q.png": "changed" });
    expect(await importFolder(from)).toMatchObject({ files: 1 });
    const careful = await machine.run(["export", to, "--workspace", workspace]);
    expect(careful.code).toBe(3);
    expect(careful.stdout.toString()).toContain("images/p q.png: already exists with other content");
    expect(await exportFolder(to, "--overwrite")).toMatchObject({ files: 1 });
    expect(await readFolder(to)).toEqual(encodeBase64({ ...files, "images/p q.png": "changed" }));
  });

  test("applies only changes when it is imported again", async ({ machine, importFolder, exportFolder }) => {
    const from = await machine.createFolder({ "a.md": "one", "b/c.md": "two", "b/d.md": "three" });
    await importFolder(from);
    await writeFolder(from, { "a.md": "new", "b/c.md": "two and more", "b/e.md": "four" });
    expect(await importFolder(from)).toMatchObject({
      created: 1,
      updated: 2,
      unchanged: 1,
      foldersCreated: 0,
    });
    const to = await machine.createFolder();
    await exportFolder(to);
    expect(await readFolder(to)).toEqual(
      encodeBase64({ "a.md": "new", "b/c.md": "two and more", "b/d.md": "three", "b/e.md": "four" }),
    );
  });

  test("is complete with more files and folders than fit on one page", async ({
    machine,
    importFolder,
    exportFolder,
    workspace,
  }) => {
    const numbers = Array.from({ length: 120 }, (_, number) => String(number));
    const files = Object.fromEntries(
      numbers.flatMap((n) => [
        [`${n}.md`, n],
        [`${n}/x.md`, `the ${n}th airship`],
      ]),
    );
    const [from, to] = [await machine.createFolder(files), await machine.createFolder()];
    expect(await importFolder(from)).toMatchObject({ created: 240, foldersCreated: 120 });
    expect(await exportFolder(to)).toMatchObject({ written: 240, folders: 120 });
    expect(await readFolder(to)).toEqual(encodeBase64(files));
    expect(await importFolder(from)).toMatchObject({ unchanged: 240, foldersCreated: 0 });

    expect(await machine.json<unknown[]>(["document", "list", "--workspace", workspace])).toHaveLength(240);
    const found = await machine.json<unknown[]>(["search", "airship", "--workspace", workspace]);
    expect(found).toHaveLength(120);
    expect(
      await machine.json<unknown[]>(["search", "airship", "--workspace", workspace, "--limit", "7"]),
    ).toHaveLength(7);
  });

  test("can be limited to a folder of the workspace", async ({
    machine,
    importFolder,
    client,
    workspace,
    exportFolder,
  }) => {
    const [from, to] = [
      await machine.createFolder({ "outer/inner/a.md": "a", "outer/b.md": "b", "c.md": "c" }),
      await machine.createFolder(),
    ];
    await importFolder(from);
    const { items } = await client.document.tree.query({ workspaceId: workspace });
    const outer = items.find(({ name }) => name === "outer")?.id ?? "";

    await writeFolder(from, { "more/d.md": "d" });
    await importFolder(join(from, "more"), "--folder", outer);
    await exportFolder(to, "--folder", outer);
    expect(await readFolder(to)).toEqual(encodeBase64({ "inner/a.md": "a", "b.md": "b", "d.md": "d" }));
  });
});

test("a zip archive is imported with its images and exported unchanged", async ({ machine, workspace }) => {
  const folder = await machine.createFolder();
  const packed = { "a.md": "![](img/p.png)\r\n", "sub/b.md": "b", "img/p.png": Buffer.from([0, 1, 2]) };
  const [from, to] = [join(folder, "in.zip"), join(folder, "out.zip")];
  await writeFile(from, await createZip(packed));
  expect(await machine.json(["import", from, "--workspace", workspace])).toMatchObject({
    created: 2,
    files: 1,
    failed: [],
  });
  await machine.json(["export", to, "--workspace", workspace]);
  const found = await unzip(await readFile(to));
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(Object.entries(packed).map(([path, content]) => [path, Buffer.from(content)])),
  );
  expect((await machine.run(["export", to, "--workspace", workspace])).code).toBe(1);
  expect(await readdir(folder)).toEqual(["in.zip", "out.zip"]);
});
