import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import {
  type TestActor,
  insertUser,
  insertWorkspace,
  createTestApp,
  type TestApp,
} from "../testing/index.ts";

let app: TestApp;
let ada: TestActor;
let workspaceId: string;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());
beforeEach(async () => {
  ada = await insertUser(app);
  workspaceId = (await insertWorkspace(app, { owner: ada })).id;
});

const refused = (reason: string) => ({ cause: { reason } });

describe("a change with an expected version", () => {
  it("is rejected once there is a newer version, without changes", async () => {
    const { document } = ada.client;
    const { id, version: expectedVersion } = await document.create({
      workspaceId,
      title: "a",
      content: "one",
    });
    const folder = await document.folder.create({ workspaceId, name: "folder" });
    await document.update({ id, content: "one and two", overwrite: true });
    for (const change of [
      () => document.delete({ id, expectedVersion }),
      () => document.move({ id, folderId: folder.id, expectedVersion }),
      () => document.update({ id, title: "b", expectedVersion }),
    ]) {
      await expect(change()).rejects.toMatchObject(refused("VERSION_CONFLICT"));
    }
    expect(await document.get({ id })).toMatchObject({ title: "a", folderId: null, content: "one and two" });
  });

  it("is applied while that version is the newest", async () => {
    const { document } = ada.client;
    const { id } = await document.create({ workspaceId, title: "a", content: "one" });
    const folder = await document.folder.create({ workspaceId, name: "folder" });
    const { version } = await document.update({ id, title: "b", expectedVersion: 1 });
    await document.move({ id, folderId: folder.id, expectedVersion: version });
    await document.delete({ id, expectedVersion: version + 1 });
    await expect(document.get({ id })).rejects.toMatchObject(refused("NOT_FOUND"));
  });
});

describe("deleting a folder only if it is empty", () => {
  const remove = (id: string) => ada.client.document.folder.delete({ id, onlyIfEmpty: true });

  it("keeps a folder that contains a folder or a document", async () => {
    const { document } = ada.client;
    const outer = await document.folder.create({ workspaceId, name: "outer" });
    const inner = await document.folder.create({ workspaceId, name: "inner", parentId: outer.id });
    await expect(remove(outer.id)).rejects.toMatchObject(refused("FOLDER_NOT_EMPTY"));
    const { id } = await document.create({ workspaceId, title: "a", folderId: inner.id });
    await expect(remove(inner.id)).rejects.toMatchObject(refused("FOLDER_NOT_EMPTY"));
    await document.delete({ id });
    await remove(inner.id);
    expect(await remove(outer.id)).toEqual({ id: outer.id, documents: 0, folders: 1 });
  });

  it("keeps a folder to which something is added at the same time", async () => {
    for (let round = 0; round < 20; round += 1) {
      const { id: folderId } = await ada.client.document.folder.create({
        workspaceId,
        name: `folder ${round}`,
      });
      const [created] = await Promise.allSettled([
        ada.client.document.create({ workspaceId, title: "a", folderId }),
        remove(folderId),
      ]);
      if (created.status === "rejected") continue;
      expect(await ada.client.document.get({ id: created.value.id })).toMatchObject({ folderId });
      await expect(
        ada.client.document.folder.rename({ id: folderId, name: `${round}` }),
      ).resolves.toBeTruthy();
    }
  });
});
