import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { stateFileName } from "@mdreader/contract/synced-paths";
import { expect } from "vitest";

import { nothing } from "../../test/sync-pair.ts";
import { test as base } from "../../test/sync-test.ts";

const path = "attachments/image.png";
const content = `\`${path}\` ![](${path}) ![x](./${path} "x")\r\n<img src="${path}">\n`;
/** The second document on disk. */
const relinked =
  `\`${path}\` ![](attachments/image-2.png) ![x](./attachments/image-2.png "x")\r\n` +
  `<img src="attachments/image-2.png">\n`;

const test = base
  /** Two documents that have been moved into one folder, so that the second one's image was renamed. */
  .extend("pictures", async ({ client, createPair }) => {
    const { id: workspaceId } = await client.workspace.create.mutate({ name: "Pictures" });
    const { id: folderId } = await client.document.folder.create.mutate({ workspaceId, name: "F" });
    const add = async (title: string, inside: string | null) => {
      const { id } = await client.document.create.mutate({ workspaceId, title, content, folderId: inside });
      await client.uploadFile(workspaceId, new Blob([title]), { name: "image.png", documentId: id, path });
      return id;
    };
    await add("a", null);
    const moved = await add("b", folderId);
    const pair = await createPair({}, workspaceId);
    await client.document.move.mutate({ id: moved, folderId: null });
    await pair.sync();
    return { pair, moved, folderId };
  })
  .extend("pair", ({ pictures }) => pictures.pair)
  /** The document whose image was renamed. */
  .extend("moved", ({ pictures }) => pictures.moved)
  /** The folder in which it was before. */
  .extend("folderId", ({ pictures }) => pictures.folderId)
  .extend(
    "readText",
    ({ client, moved }) =>
      async () =>
        (await client.document.get.query({ id: moved })).content,
  )
  .extend("readImage", ({ client, moved }) => async () => {
    const { items } = await client.file.resolve.query({ documentId: moved, paths: [path] });
    return (await fetch(client.fileUrl(items[0]?.file?.url ?? ""))).text();
  });

const synced = { "a.md": content, "b.md": relinked, [path]: "a", "attachments/image-2.png": "b" };
const untouched = { sent: nothing, received: nothing, merged: [], failed: [], kept: [] };

test("a link on disk leads to the image that the app shows, and the workspace's text stays unchanged", async ({
  pair,
  readText,
}) => {
  expect(await pair.files()).toEqual(synced);
  expect(await readText()).toBe(content);
  expect(await pair.sync()).toMatchObject(untouched);
  const other = await pair.another();
  expect(await other.files()).toEqual(synced);
  expect(await other.sync()).toMatchObject(untouched);
  expect(await readText()).toBe(content);
});

test("an edit on disk reaches the workspace without the links rewritten for the disk", async ({
  pair,
  readText,
  readImage,
}) => {
  const added = "![new](attachments/image-2.png)\n";
  await pair.write("b.md", `More.\r\n${relinked}${added}`);
  await pair.write("attachments/image-2.png", "b, painted over");
  expect(await pair.sync()).toMatchObject({
    sent: { ...nothing, updated: 2 },
    received: nothing,
    failed: [],
  });
  expect(await readText()).toBe(`More.\r\n${content}![new](${path})\n`);
  expect(await readImage()).toBe("b, painted over");
  expect(await pair.files()).toMatchObject({ "a.md": content, [path]: "a" });
  expect(await pair.sync()).toMatchObject(untouched);
});

test("edits of both sides are merged, and the links on disk still lead to the document's image", async ({
  client,
  moved,
  pair,
  readText,
}) => {
  const { version } = await client.document.get.query({ id: moved });
  await client.document.update.mutate({
    id: moved,
    content: `${content}There.\n`,
    baseVersion: version,
  });
  await pair.write("b.md", `Here.\n${relinked}`);
  expect((await pair.sync()).merged).toEqual(["b.md"]);
  expect(await readText()).toBe(`Here.\n${content}There.\n`);
  expect(await pair.read("b.md")).toBe(`Here.\n${relinked}There.\n`);
  expect(await pair.sync()).toMatchObject(untouched);
});

test("a link rewritten for the disk is restored when the image is at its path again", async ({
  client,
  moved,
  folderId,
  pair,
  readText,
}) => {
  await client.document.move.mutate({ id: moved, folderId });
  await pair.sync();
  expect(await pair.files()).toEqual({
    "a.md": content,
    [path]: "a",
    "F/b.md": content,
    [`F/${path}`]: "b",
  });
  expect(await readText()).toBe(content);
});

test("links rewritten by a killed run are not sent as an edit", async ({ pair, client, moved, readText }) => {
  const state = join(pair.folder, stateFileName);
  const { version } = await client.document.get.query({ id: moved });
  await client.document.update.mutate({
    id: moved,
    content: `${content}More.\n`,
    baseVersion: version,
  });
  const before = await readFile(state);
  await pair.sync();
  const after = await pair.read("b.md");
  expect(after).toBe(`${relinked}More.\n`);
  await writeFile(state, before);
  expect(await pair.sync()).toMatchObject({ received: nothing, merged: [], failed: [], kept: [] });
  expect(await pair.read("b.md")).toBe(after);
  expect(await readText()).toBe(`${content}More.\n`);
});

test("a destination in the text is distinguished from one that exists only on disk", async ({
  client,
  moved,
  pair,
  readText,
}) => {
  const both = `![](${path}) ![](attachments/image-2.png) ![](./attachments/image-2.png)\n`;
  await client.document.update.mutate({ id: moved, content: both, overwrite: true });
  await pair.sync();
  const onDisk =
    "![](././attachments/image-2.png) ![](attachments/image-2.png) ![](./attachments/image-2.png)\n";
  expect(await pair.read("b.md")).toBe(onDisk);
  await pair.write("b.md", `${onDisk}More.\n`);
  await pair.sync();
  expect(await readText()).toBe(`${both}More.\n`);
});

test("an attachment repainted on disk stays with its document when that moves and is deleted", async ({
  pair,
  client,
  moved,
  folderId,
  readImage,
}) => {
  const { workspaceId } = pair;
  await client.document.move.mutate({ id: moved, folderId });
  await pair.sync();
  await pair.write(`F/${path}`, "repainted");
  await pair.sync();
  const { id: other } = await client.document.folder.create.mutate({ workspaceId, name: "G" });
  await client.document.move.mutate({ id: moved, folderId: other });
  expect(await readImage()).toBe("repainted");
  await client.document.delete.mutate({ id: moved });
  expect(await pair.filePaths()).toEqual([path]);
});
