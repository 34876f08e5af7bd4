import { expect } from "vitest";

import { importZip, exportZip, toHex, importPacked, exportEntries } from "../../../test/archives.ts";
import { createUploader } from "../../../test/files.ts";
import { test } from "../../../test/test.ts";
import { vault } from "../../../test/vault.ts";
import { unzip } from "../../../test/zip.ts";

test("a vault survives repeated import and export in two workspaces byte for byte", async ({ served }) => {
  const [first, second] = [await createUploader(served), await createUploader(served)];
  const settings = { ".obsidian/app.json": "{}", ".trash/old.md": "old" };
  const report = await importPacked(first, { ...vault, ...settings });
  expect(report).toMatchObject({ created: 10, files: 4, failed: [], uncertainNames: [], notListed: 0 });
  expect(report.skipped.map(({ path }) => path)).toEqual([".obsidian/", ".trash/"]);

  const once = await exportZip(first);
  expect(once.renamed).toEqual([]);
  expect(toHex(await unzip(once.archive))).toEqual(toHex(vault));
  expect(await importZip(second, once.archive)).toMatchObject({
    created: 10,
    files: 4,
    failed: [],
    skipped: [],
  });
  expect(toHex(await exportEntries(second))).toEqual(toHex(vault));
  expect(await importZip(second, once.archive)).toMatchObject({
    created: 0,
    updated: 0,
    unchanged: 10,
    files: 0,
  });
});

test("duplicated and restored documents are exported with their own images", async ({ served }) => {
  const { client, workspaceId } = await createUploader(served);
  const add = async (title: string, bytes: string) => {
    const content = "![](attachments/image.png)";
    const { id } = await client.document.create.mutate({ workspaceId, title, content });
    const path = "attachments/image.png";
    await client.uploadFile(workspaceId, new Blob([bytes]), { name: "image.png", documentId: id, path });
    return id;
  };
  const old = await add("old", "bytes of old");
  await client.document.delete.mutate({ id: old });
  const other = await add("other", "bytes of other");
  await client.document.restore.mutate({ id: old });
  const copy = await client.document.duplicate.mutate({ id: old, title: "copy" });
  for (const [id, bytes] of [
    [old, "bytes of old"],
    [other, "bytes of other"],
    [copy.id, "bytes of old"],
  ] as const) {
    const { items } = await client.file.resolve.query({ documentId: id, paths: ["attachments/image.png"] });
    expect(await (await fetch(client.fileUrl(items[0]?.file?.url ?? ""))).text()).toBe(bytes);
  }
  const { url } = await client.document.export.query({ workspaceId });
  const found = await unzip(await (await fetch(client.fileUrl(url))).bytes());
  const contents = ["old", "other", "copy"].map((title) => {
    const link = /\]\((\S+)\)/u.exec(found.get(`${title}.md`)?.toString() ?? "")?.[1];
    return found.get(link ?? "")?.toString();
  });
  expect(contents).toEqual(["bytes of old", "bytes of other", "bytes of old"]);
});
