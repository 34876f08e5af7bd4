import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { stateFileName } from "@mdreader/contract/synced-paths";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { createSyncFixture, nothing, type SyncPair, type SyncFixture } from "../../test/sync-pair.ts";

const path = "attachments/image.png";
const content = `\`${path}\` ![](${path}) ![x](./${path} "x")\r\n<img src="${path}">\n`;
/** The second document on disk. */
const relinked =
  `\`${path}\` ![](attachments/image-2.png) ![x](./attachments/image-2.png "x")\r\n` +
  `<img src="attachments/image-2.png">\n`;

let world: SyncFixture;
let pair: SyncPair;
/** The document whose image was renamed because of a name conflict. */
let moved: string;
let folderId: string;
beforeAll(async () => {
  world = await createSyncFixture();
});
afterAll(() => world[Symbol.asyncDispose]());

beforeEach(async () => {
  const { client } = world;
  const { id: workspaceId } = await client.workspace.create.mutate({ name: "Pictures" });
  ({ id: folderId } = await client.document.folder.create.mutate({ workspaceId, name: "F" }));
  const add = async (title: string, inside: string | null) => {
    const { id } = await client.document.create.mutate({ workspaceId, title, content, folderId: inside });
    await client.uploadFile(workspaceId, new Blob([title]), { name: "image.png", documentId: id, path });
    return id;
  };
  await add("a", null);
  moved = await add("b", folderId);
  pair = await world.pair({}, workspaceId);
  await client.document.move.mutate({ id: moved, folderId: null });
  await pair.sync();
});

const synced = { "a.md": content, "b.md": relinked, [path]: "a", "attachments/image-2.png": "b" };
const readText = async (id: string) => (await world.client.document.get.query({ id })).content;
const readImage = async () => {
  const { items } = await world.client.file.resolve.query({ documentId: moved, paths: [path] });
  return (await fetch(world.client.fileUrl(items[0]?.file?.url ?? ""))).text();
};
const untouched = { sent: nothing, received: nothing, merged: [], failed: [], kept: [] };

test("a link on disk leads to the image that the app shows, and the workspace's text stays unchanged", async () => {
  expect(await pair.files()).toEqual(synced);
  expect(await readText(moved)).toBe(content);
  expect(await pair.sync()).toMatchObject(untouched);
  const other = await pair.another();
  expect(await other.files()).toEqual(synced);
  expect(await other.sync()).toMatchObject(untouched);
  expect(await readText(moved)).toBe(content);
});

test("an edit on disk reaches the workspace without the links rewritten for the disk", async () => {
  const added = "![new](attachments/image-2.png)\n";
  await pair.write("b.md", `More.\r\n${relinked}${added}`);
  await pair.write("attachments/image-2.png", "b, painted over");
  expect(await pair.sync()).toMatchObject({
    sent: { ...nothing, updated: 2 },
    received: nothing,
    failed: [],
  });
  expect(await readText(moved)).toBe(`More.\r\n${content}![new](${path})\n`);
  expect(await readImage()).toBe("b, painted over");
  expect(await pair.files()).toMatchObject({ "a.md": content, [path]: "a" });
  expect(await pair.sync()).toMatchObject(untouched);
});

test("edits of both sides are merged, and the links on disk still lead to the document's image", async () => {
  const { version } = await world.client.document.get.query({ id: moved });
  await world.client.document.update.mutate({
    id: moved,
    content: `${content}There.\n`,
    baseVersion: version,
  });
  await pair.write("b.md", `Here.\n${relinked}`);
  expect((await pair.sync()).merged).toEqual(["b.md"]);
  expect(await readText(moved)).toBe(`Here.\n${content}There.\n`);
  expect(await pair.read("b.md")).toBe(`Here.\n${relinked}There.\n`);
  expect(await pair.sync()).toMatchObject(untouched);
});

test("a link rewritten for the disk is restored when the image is at its path again", async () => {
  await world.client.document.move.mutate({ id: moved, folderId });
  await pair.sync();
  expect(await pair.files()).toEqual({
    "a.md": content,
    [path]: "a",
    "F/b.md": content,
    [`F/${path}`]: "b",
  });
  expect(await readText(moved)).toBe(content);
});

test("links rewritten by a killed run are not sent as an edit", async () => {
  const state = join(pair.folder, stateFileName);
  const { version } = await world.client.document.get.query({ id: moved });
  await world.client.document.update.mutate({
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
  expect(await readText(moved)).toBe(`${content}More.\n`);
});

test("a destination in the text is distinguished from one that exists only on disk", async () => {
  const both = `![](${path}) ![](attachments/image-2.png) ![](./attachments/image-2.png)\n`;
  await world.client.document.update.mutate({ id: moved, content: both, overwrite: true });
  await pair.sync();
  const onDisk =
    "![](././attachments/image-2.png) ![](attachments/image-2.png) ![](./attachments/image-2.png)\n";
  expect(await pair.read("b.md")).toBe(onDisk);
  await pair.write("b.md", `${onDisk}More.\n`);
  await pair.sync();
  expect(await readText(moved)).toBe(`${both}More.\n`);
});

test("an attachment repainted on disk stays with its document when that moves and is deleted", async () => {
  const { client } = world;
  const { workspaceId } = pair;
  await client.document.move.mutate({ id: moved, folderId });
  await pair.sync();
  await pair.write(`F/${path}`, "repainted");
  await pair.sync();
  const { id: other } = await client.document.folder.create.mutate({ workspaceId, name: "G" });
  await client.document.move.mutate({ id: moved, folderId: other });
  expect(await readImage()).toBe("repainted");
  await client.document.delete.mutate({ id: moved });
  expect(await world.filePaths(workspaceId)).toEqual([path]);
});
