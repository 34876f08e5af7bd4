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
let viewer: TestActor;
let workspaceId: string;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());
beforeEach(async () => {
  [ada, viewer] = await Promise.all([insertUser(app), insertUser(app)]);
  workspaceId = (await insertWorkspace(app, { owner: ada, viewer })).id;
});

/** Subscribes to the edits as the viewer, and waits until the subscription is active. */
async function follow() {
  const ended = new AbortController();
  const stream = await app.as(viewer.credential, {}, ended.signal).workspace.edits({ workspaceId });
  const edits = stream[Symbol.asyncIterator]();
  expect((await edits.next()).value).toEqual({ missed: true, documents: [] });
  return { edits, [Symbol.dispose]: () => ended.abort() };
}

describe("workspace.edits", () => {
  it("reports documents with their new versions, and only the newest version of each", async () => {
    const { id, version } = await ada.client.document.create({ workspaceId, title: "Notes" });
    using following = await follow();
    const next = following.edits.next();
    await ada.client.document.update({ id, content: "one\n", overwrite: true });
    await ada.client.document.update({ id, content: "one\ntwo\n", overwrite: true });
    expect((await next).value).toEqual({ missed: false, documents: [{ id, version: version + 2 }] });
  });

  it("reports that edits may have been missed", async () => {
    using following = await follow();
    app.services.bus.publish(`edits:${workspaceId}`, {});
    expect((await following.edits.next()).value).toEqual({ missed: true, documents: [] });
  });

  it("ends when the reader is removed", async () => {
    using following = await follow();
    const next = following.edits.next();
    await ada.client.workspace.member.remove({ workspaceId, userId: viewer.id });
    await expect(next).rejects.toMatchObject({ cause: { reason: "NOT_FOUND" } });
  });
});
