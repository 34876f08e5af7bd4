import { expect } from "vitest";

import { foreignExports, listLinks, notion, outline } from "../../../test/exports.ts";
import { createUploader, type Uploader } from "../../../test/files.ts";
import { test } from "../../../test/test.ts";
import { createZip, type Packed, unzip } from "../../../test/zip.ts";

const importing = async ({ client, workspaceId }: Uploader, packed: Packed) =>
  client.importArchive(workspaceId, new Blob([await createZip(packed)]), {});

async function exported({ client, workspaceId }: Uploader): Promise<Packed> {
  const { url } = await client.document.export.query({ workspaceId });
  return Object.fromEntries(await unzip(await (await fetch(client.fileUrl(url))).bytes()));
}

const inHex = (packed: Packed) =>
  Object.fromEntries(
    Object.entries(packed).map(([path, content]) => [path, content && Buffer.from(content).toString("hex")]),
  );

const countDocuments = (packed: Packed) => Object.keys(packed).filter((path) => path.endsWith(".md")).length;

test.for(Object.entries(foreignExports))(
  "an export of %s is imported whole, and survives its own export and import",
  async ([, { packed, expected, skipped }], { served }) => {
    const [first, second] = [await createUploader(served), await createUploader(served)];
    const documents = countDocuments(expected);
    const files = Object.keys(expected).length - documents;
    const report = await importing(first, packed);
    expect(report).toMatchObject({ created: documents, files, failed: [], uncertainNames: [], notListed: 0 });
    expect(report.skipped.map(({ path }) => path)).toEqual(skipped);
    const once = await exported(first);
    expect(inHex(once)).toEqual(inHex(expected));

    expect(await importing(first, packed)).toMatchObject({ created: 0, updated: 0, unchanged: documents });
    expect(await importing(second, once)).toMatchObject({
      created: documents,
      files,
      failed: [],
      skipped: [],
    });
    expect(inHex(await exported(second))).toEqual(inHex(expected));
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
  "all links and pictures of an export of %s lead to the imported items",
  async ([, { packed }], { served }) => {
    const person = await createUploader(served);
    await importing(person, packed);
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
  await importing(person, outline.packed);
  const { items } = await person.client.document.list.query({ workspaceId: person.workspaceId });
  expect(items.map(({ title }) => title).toSorted()).toEqual(["Start", "Why? Who: me-you"]);
});
