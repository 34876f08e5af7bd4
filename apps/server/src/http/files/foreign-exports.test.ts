import { expect } from "vitest";

import { importPacked, exportEntries, toHex } from "../../../test/archives.ts";
import { foreignExports, listLinks, notion, outline } from "../../../test/exports.ts";
import { createUploader, listStored, type Uploader, catchReason } from "../../../test/files.ts";
import { test } from "../../../test/test.ts";
import { createZip, type Packed } from "../../../test/zip.ts";

const countDocuments = (packed: Packed) => Object.keys(packed).filter((path) => path.endsWith(".md")).length;

test.for(Object.entries(foreignExports))(
  "an export of %s is imported whole, and survives its own export and import",
  async ([, { packed, expected, skipped }], { served }) => {
    const [first, second] = [await createUploader(served), await createUploader(served)];
    const documents = countDocuments(expected);
    const files = Object.keys(expected).length - documents;
    const report = await importPacked(first, packed);
    expect(report).toMatchObject({ created: documents, files, failed: [], uncertainNames: [], notListed: 0 });
    expect(report.skipped.map(({ path }) => path)).toEqual(skipped);
    const once = Object.fromEntries(await exportEntries(first));
    expect(toHex(once)).toEqual(toHex(expected));

    expect(await importPacked(first, packed)).toMatchObject({ created: 0, updated: 0, unchanged: documents });
    expect(await importPacked(second, once)).toMatchObject({
      created: documents,
      files,
      failed: [],
      skipped: [],
    });
    expect(toHex(await exportEntries(second))).toEqual(toHex(expected));
  },
);

/** The links of all documents that lead to no document and no file of the workspace. */
async function findDeadLinks({ client, workspaceId }: Uploader): Promise<string[]> {
  const { items } = await client.document.list.query({ workspaceId, limit: 100 });
  const dead: string[] = [];
  for (const { id } of items) {
    const { content } = await client.document.get.query({ id });
    for (const path of listLinks(content)) {
      const { document } = await client.document.resolveLink.query({ documentId: id, path });
      const { items: files } = await client.file.resolve.query({ documentId: id, paths: [path] });
      if (document === null && files[0]?.file === null) dead.push(path);
    }
  }
  return dead;
}

test.for(Object.entries(foreignExports))(
  "all links and images of an export of %s lead to the imported items",
  async ([, { packed }], { served }) => {
    const person = await createUploader(served);
    await importPacked(person, packed);
    expect(await findDeadLinks(person)).toEqual([]);
  },
);

test("an export that is imported into a folder keeps its links", async ({ served }) => {
  const person = await createUploader(served);
  const { client, workspaceId } = person;
  const { id: folderId } = await client.document.folder.create.mutate({ workspaceId, name: "From Notion" });
  await client.importArchive(workspaceId, new Blob([await createZip(notion.packed)]), { folderId });
  expect(await findDeadLinks(person)).toEqual([]);
  expect((await client.document.list.query({ workspaceId, folderId })).items).toEqual([]);
});

test("encoded names become titles that file names can't have", async ({ served }) => {
  const person = await createUploader(served);
  await importPacked(person, outline.packed);
  const { items } = await person.client.document.list.query({ workspaceId: person.workspaceId });
  expect(items.map(({ title }) => title).toSorted()).toEqual(["Start", "Why? Who: me-you"]);
});

/** Splits an export into archives of `size` files, as Notion does with large ones. */
async function splitExport(packed: Packed, size: number): Promise<Packed> {
  const entries = Object.entries(packed);
  const parts: Packed = {};
  for (let at = 0; at < entries.length; at += size) {
    const number = at / size + 1;
    parts[`ExportBlock-1-Part-${number}.zip`] = await createZip(
      Object.fromEntries(entries.slice(at, at + size)),
    );
  }
  return parts;
}

test("the parts of a split export are imported together", async ({ served }) => {
  const person = await createUploader(served);
  const parts = await splitExport(notion.packed, 4);
  expect(Object.keys(parts)).toHaveLength(3);
  expect(await importPacked(person, parts)).toMatchObject({
    created: countDocuments(notion.expected),
    failed: [],
    skipped: [],
  });
  expect(toHex(await exportEntries(person))).toEqual(toHex(notion.expected));
  expect(await findDeadLinks(person)).toEqual([]);
  expect((await listStored(served)).filter((path) => path.startsWith("drafts"))).toEqual([]);
});

test("other archives in an archive are files", async ({ served }) => {
  const person = await createUploader(served);
  const part = await createZip({ "a.md": "a" });
  const packed = { "README.md": "see the archive", "x-Part-1.zip": part, "old/backup.zip": part };
  expect(await importPacked(person, packed)).toMatchObject({ created: 1, files: 2 });
  expect(await importPacked(person, { "backup.zip": part })).toMatchObject({ created: 0, files: 1 });
});

test("parts that are damaged, too many, or too large when unpacked, are refused and leave nothing", async ({
  served,
}) => {
  const person = await createUploader(served);
  const listDrafts = async () => (await listStored(served)).filter((path) => path.startsWith("drafts"));
  const before = await listDrafts();
  const bomb = await createZip({ "zeros.bin": Buffer.alloc(100 * 1024 * 1024) });
  const importAndCatch = (packed: Packed) => catchReason(importPacked(person, packed));
  expect(await importAndCatch({ "x-Part-1.zip": "no archive" })).toBe("ARCHIVE_INVALID");
  expect(await importAndCatch({ "x-Part-1.zip": bomb })).toBe("ARCHIVE_TOO_LARGE");
  const part = await createZip({ "a.md": "a" });
  const many = Array.from({ length: 101 }, (_, index) => [`x-Part-${index}.zip`, part]);
  expect(await importAndCatch(Object.fromEntries(many))).toBe("ARCHIVE_TOO_LARGE");
  expect(toHex(await exportEntries(person))).toEqual({});
  // The refused archives themselves can be imported again, the copies of their parts are deleted.
  expect(await listDrafts()).toHaveLength(before.length + 3);
});
