import { afterAll, beforeAll, expect, test } from "vitest";

import { aSyncWorld, nothing, type SyncWorld } from "../../test/sync-pair.ts";

let world: SyncWorld;
beforeAll(async () => {
  world = await aSyncWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

test("a picture that had to make way is synced beside the other, and texts are left alone", async () => {
  const { client } = world;
  const { id: workspaceId } = await client.workspace.create.mutate({ name: "Pictures" });
  const { id: folderId } = await client.document.folder.create.mutate({ workspaceId, name: "F" });
  const path = "attachments/image.png";
  const content = `![](${path})\r\n`;
  const add = async (title: string, inside: string | null) => {
    const { id } = await client.document.create.mutate({ workspaceId, title, content, folderId: inside });
    await client.uploadFile(workspaceId, new Blob([title]), { name: "image.png", documentId: id, path });
    return id;
  };
  await add("a", null);
  const moved = await add("b", folderId);
  await client.document.move.mutate({ id: moved, folderId: null });
  const shown = async () => {
    const { items } = await client.file.resolve.query({ documentId: moved, paths: [path] });
    return (await fetch(client.fileUrl(items[0]?.file?.url ?? ""))).text();
  };

  const pair = await world.pair({}, workspaceId);
  const synced = { "a.md": content, "b.md": content, [path]: "a", "attachments/image-2.png": "b" };
  expect(await pair.files()).toEqual(synced);
  expect(await pair.sync()).toMatchObject({ sent: nothing, received: nothing, failed: [] });

  // A person's edit of the text, and of the picture that the document shows, changes neither the other's.
  await pair.write("b.md", `More.\r\n${content}`);
  await pair.write("attachments/image-2.png", "b, painted over");
  expect(await pair.sync()).toMatchObject({
    sent: { ...nothing, updated: 2 },
    received: nothing,
    failed: [],
  });
  expect(await shown()).toBe("b, painted over");
  expect(await pair.files()).toMatchObject({ "a.md": content, [path]: "a" });
});
