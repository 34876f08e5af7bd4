import type { DocumentChange } from "@mdreader/contract";
import { isTrackedEnvelope } from "@trpc/server";
import { describe, expect } from "vitest";

import { type TestActor, type Client, catchReason } from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";

const test = base
  .extend("folder", ({ addFolder }) => addFolder("Guides"))
  .extend(
    "id",
    async ({ addDocument, folder }) =>
      (await addDocument("Notes", { folderId: folder.id, content: "text" })).id,
  );

/** Reads a document's changes until the stream ends. */
async function follow(client: Client, id: string) {
  const stream = (await client.document.changes({ id }))[Symbol.asyncIterator]();
  await stream.next();
  const received: DocumentChange[] = [];
  const readOn = async () => {
    for (let next = await stream.next(); next.done !== true; next = await stream.next()) {
      if (isTrackedEnvelope<DocumentChange>(next.value)) received.push(next.value[1]);
    }
  };
  return { received, ended: catchReason(readOn()) };
}

/** Joins a document's room until the stream ends. */
async function join(client: Client, documentId: string) {
  const stream = (await client.presence.stream({ documentId, clientId: 1 }))[Symbol.asyncIterator]();
  await stream.next();
  const readOn = async () => {
    for (let next = await stream.next(); next.done !== true; next = await stream.next());
  };
  return { ended: catchReason(readOn()) };
}

const deletions: [
  string,
  (ids: { id: string; folderId: string; workspaceId: string }, owner: TestActor) => Promise<unknown>,
][] = [
  ["directly", ({ id }, owner) => owner.client.document.delete({ id })],
  ["with its folder", ({ folderId }, owner) => owner.client.document.folder.delete({ id: folderId })],
  ["with its workspace", ({ workspaceId }, owner) => owner.client.workspace.delete({ id: workspaceId })],
];

describe.each(deletions)("a document that is deleted %s", (_way, remove) => {
  test("ends the streams of subscribers and closes the room on every process", async ({
    viewer,
    id,
    folder,
    workspaceId,
    owner,
    app,
    otherProcess,
  }) => {
    const streams = [
      await follow(viewer.client, id),
      await join(viewer.client, id),
      await follow(otherProcess.as(viewer.credential), id),
      await join(otherProcess.as(viewer.credential), id),
    ];
    await remove({ id, folderId: folder.id, workspaceId }, owner);
    expect(await Promise.all(streams.map(({ ended }) => ended))).toEqual(streams.map(() => "NOT_FOUND"));
    for (const { presence } of [app.services, otherProcess.services])
      expect(presence.listMembers(id)).toBeNull();
  });
});

describe("deleting a document", () => {
  test("sends the deletion as the last change", async ({ viewer, id, owner }) => {
    const { received, ended } = await follow(viewer.client, id);
    await owner.client.document.update({ id, title: "Renamed" });
    await owner.client.document.delete({ id });
    await ended;
    expect(received).toMatchObject([
      { type: "meta", title: "Renamed", deleted: false, authorId: owner.id },
      { type: "meta", title: "Renamed", deleted: true, authorId: owner.id },
    ]);
  });

  test("lets a subscriber resume from before a deletion that was undone", async ({
    owner,
    id,
    app,
    viewer,
  }) => {
    const { version } = await owner.client.document.get({ id });
    await owner.client.document.delete({ id });
    await owner.client.document.restore({ id });
    const ended = new AbortController();
    const client = app.as(viewer.credential, {}, ended.signal);
    const stream = (await client.document.changes({ id, after: version }))[Symbol.asyncIterator]();
    const read = [await stream.next(), await stream.next()].map(({ value }) =>
      isTrackedEnvelope<DocumentChange>(value) ? value[1] : null,
    );
    expect(read).toMatchObject([
      { seq: version + 1, deleted: true },
      { seq: version + 2, deleted: false },
    ]);
    ended.abort();
    await stream.return?.();
  });
});
