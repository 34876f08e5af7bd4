import { expect } from "vitest";

import { createUploader, type Uploader } from "../../../test/files.ts";
import { test } from "../../../test/test.ts";
import { vault } from "../../../test/vault.ts";
import { unzip, createZip } from "../../../test/zip.ts";

async function exported({ client, workspaceId }: Uploader) {
  const link = await client.document.export.query({ workspaceId });
  const archive = Buffer.from(await (await fetch(client.fileUrl(link.url))).arrayBuffer());
  return { ...link, archive };
}

const importing = ({ client, workspaceId }: Uploader, zip: Buffer<ArrayBuffer>) =>
  client.importArchive(workspaceId, new Blob([zip]), {});

test("a vault survives repeated import and export in two workspaces byte for byte", async ({ served }) => {
  const [first, second] = [await createUploader(served), await createUploader(served)];
  const settings = { ".obsidian/app.json": "{}", ".trash/old.md": "old" };
  const report = await importing(first, await createZip({ ...vault, ...settings }));
  expect(report).toMatchObject({ created: 10, files: 4, failed: [], uncertainNames: [], notListed: 0 });
  expect(report.skipped.map(({ path }) => path)).toEqual([".obsidian/", ".trash/"]);

  const hex = (content: string | Uint8Array | null) => content && Buffer.from(content).toString("hex");
  const expected = Object.fromEntries(Object.entries(vault).map(([path, content]) => [path, hex(content)]));
  const inArchive = async (zip: Uint8Array) =>
    Object.fromEntries([...(await unzip(zip))].map(([path, content]) => [path, hex(content)]));

  const once = await exported(first);
  expect(once.renamed).toEqual([]);
  expect(await inArchive(once.archive)).toEqual(expected);
  expect(await importing(second, once.archive)).toMatchObject({
    created: 10,
    files: 4,
    failed: [],
    skipped: [],
  });
  expect(await inArchive((await exported(second)).archive)).toEqual(expected);
  expect(await importing(second, once.archive)).toMatchObject({
    created: 0,
    updated: 0,
    unchanged: 10,
    files: 0,
  });
});

test("duplicated and restored documents are exported with their own pictures", async ({ served }) => {
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
