import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "vitest";

import { foreignExports } from "../../server/test/exports.ts";
import { type Packed, unzip } from "../../server/test/zip.ts";
import { encodeBase64 } from "../test/folder.ts";
import { test } from "../test/test.ts";
import type { ImportReport } from "./transfer/import.ts";

const omitFolders = (packed: Packed) =>
  Object.fromEntries(
    Object.entries(packed).flatMap(([path, content]) =>
      content === null ? [] : [[path, Buffer.from(content)] as const],
    ),
  );

test.for(Object.entries(foreignExports))(
  "an unpacked export of %s is imported like the archive, and importing it again changes nothing",
  async ([name, { packed, expected, skipped }], { machine }) => {
    const { id } = await machine.json<{ id: string }>(["workspace", "create", name]);
    const folder = await machine.createFolder(omitFolders(packed));
    const report = await machine.json<ImportReport>(["import", folder, "--workspace", id]);
    expect(report.failed).toEqual([]);
    expect(report.leftOut.map(({ path }) => path)).toEqual(skipped);

    const archive = join(machine.home, `${name}.zip`);
    await machine.json(["export", archive, "--workspace", id]);
    const found = Object.fromEntries(await unzip(await readFile(archive)));
    expect(encodeBase64(omitFolders(found))).toEqual(encodeBase64(omitFolders(expected)));

    const again = await machine.json<ImportReport>(["import", folder, "--workspace", id]);
    expect(again).toMatchObject({ created: 0, updated: 0, files: 0, foldersCreated: 0, failed: [] });
  },
);

test("a file that can't be imported is listed with its name on disk", async ({ machine }) => {
  const { id } = await machine.json<{ id: string }>(["workspace", "create", "Listed"]);
  const page = `Page ${"a".repeat(32)}.md`;
  const folder = await machine.createFolder({ [page]: Buffer.from("caf\u00e9", "latin1") });
  const { code, stdout } = await machine.run(["import", folder, "--workspace", id, "--json"]);
  expect(code).toBe(3);
  expect(JSON.parse(stdout.toString())).toMatchObject({
    failed: [{ path: page, message: "isn't UTF-8; save it as UTF-8" }],
  });
});

test("a folder with nothing but archives is explained", async ({ machine }) => {
  const { id } = await machine.json<{ id: string }>(["workspace", "create", "Archives"]);
  const folder = await machine.createFolder({ "Export-1-Part-1.zip": "an archive" });
  const { stderr } = await machine.run(["import", folder, "--workspace", id]);
  expect(stderr).toContain("Archives in a folder are imported as files.");
  expect(stderr).toContain(`mdreader import "${folder}/Export-1-Part-1.zip"`);
});
