import { describe, expect } from "vitest";

import { catchReason } from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";

const it = base.extend("write", ({ editor, workspaceId }) => async (title: string) => {
  const { id } = await editor.client.document.create({ workspaceId, title });
  return id;
});

describe("favorites", () => {
  it("belong to one person, in the order they were added, page by page", async ({
    viewer,
    editor,
    workspaceId,
    write,
  }) => {
    const ids = [await write("One"), await write("Two"), await write("Three")];
    for (const documentId of ids.toReversed()) await viewer.client.document.favorite.add({ documentId });
    await viewer.client.document.favorite.add({ documentId: ids[2] ?? "" });
    const first = await viewer.client.document.favorite.list({ workspaceId, limit: 2 });
    const rest = await viewer.client.document.favorite.list({ workspaceId, cursor: first.nextCursor });
    expect([...first.items, ...rest.items].map(({ title }) => title)).toEqual(["Three", "Two", "One"]);
    expect(rest.nextCursor).toBeNull();
    expect((await editor.client.document.favorite.list({ workspaceId })).items).toEqual([]);
  });

  it("follow renames, hide what is in the trash, and can be removed", async ({
    viewer,
    editor,
    workspaceId,
    write,
  }) => {
    const [one, two] = [await write("One"), await write("Two")];
    for (const documentId of [one, two]) await viewer.client.document.favorite.add({ documentId });
    await editor.client.document.update({ id: one, title: "Renamed" });
    await editor.client.document.delete({ id: two });
    const list = async () =>
      (await viewer.client.document.favorite.list({ workspaceId })).items.map(({ title }) => title);
    expect(await list()).toEqual(["Renamed"]);
    await editor.client.document.restore({ id: two });
    expect(await list()).toEqual(["Renamed", "Two"]);
    await viewer.client.document.favorite.remove({ documentId: one });
    await viewer.client.document.favorite.remove({ documentId: one });
    expect(await list()).toEqual(["Two"]);
  });

  it("can be removed while the document is in the trash", async ({ viewer, editor, workspaceId, write }) => {
    const documentId = await write("One");
    await viewer.client.document.favorite.add({ documentId });
    await editor.client.document.delete({ id: documentId });
    await viewer.client.document.favorite.remove({ documentId });
    await editor.client.document.restore({ id: documentId });
    expect((await viewer.client.document.favorite.list({ workspaceId })).items).toEqual([]);
  });

  it("are up to a hundred, without those in the trash", async ({ viewer, editor, write }) => {
    const { favorite } = viewer.client.document;
    const ids: string[] = [];
    for (let number = 0; number < 101; number += 1) ids.push(await write(`Document ${number}`));
    const [first = "", last = ""] = [ids[0], ids[100]];
    for (const documentId of ids.slice(0, 100)) await favorite.add({ documentId });
    await favorite.add({ documentId: first });
    expect(await catchReason(favorite.add({ documentId: last }))).toBe("LIMIT_REACHED");
    await editor.client.document.delete({ id: first });
    await favorite.add({ documentId: last });
    expect(await catchReason(favorite.add({ documentId: first }))).toBe("NOT_FOUND");
  });

  it("are of documents that the person can see", async ({ outsider, workspaceId, write }) => {
    const documentId = await write("Secret");
    const { favorite, visit } = outsider.client.document;
    expect(await catchReason(favorite.add({ documentId }))).toBe("NOT_FOUND");
    expect(await catchReason(favorite.list({ workspaceId }))).toBe("NOT_FOUND");
    expect(await catchReason(visit.record({ documentId }))).toBe("NOT_FOUND");
  });
});

describe("recently opened documents", () => {
  it("are listed latest first, each once, up to fifty", async ({ viewer, editor, workspaceId, write }) => {
    const ids: string[] = [];
    for (let number = 0; number < 52; number += 1) ids.push(await write(`Document ${number}`));
    for (const documentId of [...ids, ids[10] ?? ""])
      await viewer.client.document.visit.record({ documentId });
    const { items, nextCursor } = await viewer.client.document.visit.list({ workspaceId, limit: 100 });
    expect(items.slice(0, 3).map(({ title }) => title)).toEqual([
      "Document 10",
      "Document 51",
      "Document 50",
    ]);
    expect(items).toHaveLength(50);
    expect(nextCursor).toBeNull();
    const first = await viewer.client.document.visit.list({ workspaceId, limit: 2 });
    const next = await viewer.client.document.visit.list({ workspaceId, limit: 1, cursor: first.nextCursor });
    expect(next.items.map(({ title }) => title)).toEqual(["Document 50"]);
    expect((await editor.client.document.visit.list({ workspaceId })).items).toEqual([]);
  });
});
