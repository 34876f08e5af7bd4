import { describe, expect } from "vitest";

import { test as base } from "../testing/test.ts";

const it = base
  /** Subscribes to the edits as the viewer, and waits until the subscription is active. */
  .extend("follow", ({ app, viewer, workspaceId }) => async () => {
    const ended = new AbortController();
    const stream = await app.as(viewer.credential, {}, ended.signal).workspace.edits({ workspaceId });
    const edits = stream[Symbol.asyncIterator]();
    expect((await edits.next()).value).toEqual({ missed: true, documents: [] });
    return { edits, [Symbol.dispose]: () => ended.abort() };
  });

describe("workspace.edits", () => {
  it("reports documents with their new versions, and only the newest version of each", async ({
    owner,
    workspaceId,
    follow,
  }) => {
    const { id, version } = await owner.client.document.create({ workspaceId, title: "Notes" });
    using following = await follow();
    const next = following.edits.next();
    await owner.client.document.update({ id, content: "one\n", overwrite: true });
    await owner.client.document.update({ id, content: "one\ntwo\n", overwrite: true });
    expect((await next).value).toEqual({ missed: false, documents: [{ id, version: version + 2 }] });
  });

  it("reports that edits may have been missed", async ({ follow, app, workspaceId }) => {
    using following = await follow();
    app.services.bus.publish(`edits:${workspaceId}`, {});
    expect((await following.edits.next()).value).toEqual({ missed: true, documents: [] });
  });

  it("ends when the reader is removed", async ({ follow, owner, workspaceId, viewer }) => {
    using following = await follow();
    const next = following.edits.next();
    await owner.client.workspace.member.remove({ workspaceId, userId: viewer.id });
    await expect(next).rejects.toMatchObject({ cause: { reason: "NOT_FOUND" } });
  });
});
