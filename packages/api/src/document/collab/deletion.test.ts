import type { DocumentChange } from "@mdreader/contract";
import { documents, folders, createId } from "@mdreader/db";
import { isTrackedEnvelope } from "@trpc/server";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { appRouter } from "../../root.ts";
import { closeServices } from "../../services.ts";
import { insertDocument } from "../../testing/documents.ts";
import {
  type TestActor,
  insertUser,
  insertWorkspace,
  type Client,
  createTestApp,
  createTestServices,
  catchReason,
  type TestApp,
  type TestServices,
} from "../../testing/index.ts";
import { createCallerFactory } from "../../trpc/init.ts";

let app: TestApp;
/** A second process on the same database, isolated from the first one's messages. */
let otherProcess: TestServices;
let owner: TestActor;
let reader: TestActor;

beforeAll(async () => {
  app = await createTestApp();
  otherProcess = createTestServices(app.services.database);
  [owner, reader] = await Promise.all([insertUser(app), insertUser(app)]);
});
afterAll(async () => {
  await closeServices(otherProcess);
  await app[Symbol.asyncDispose]();
});

async function createPlace() {
  const { id: workspaceId } = await insertWorkspace(app, { owner, viewer: reader });
  const folderId = createId();
  const { db } = app.services.database;
  await db.insert(folders).values({ id: folderId, workspaceId, name: "Guides" });
  const id = await insertDocument({ app, workspaceId, people: { owner } }, { content: "text" });
  await db.update(documents).set({ folderId }).where(eq(documents.id, id));
  return { workspaceId, folderId, id };
}

const here = () => app.as(reader.credential);
const there = (): Client =>
  createCallerFactory(appRouter)(() => ({ ...app.context(reader.credential), ...otherProcess }));

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

const deletions: [string, (place: Awaited<ReturnType<typeof createPlace>>) => Promise<unknown>][] = [
  ["directly", ({ id }) => owner.client.document.delete({ id })],
  ["with its folder", ({ folderId }) => owner.client.document.folder.delete({ id: folderId })],
  ["with its workspace", ({ workspaceId }) => owner.client.workspace.delete({ id: workspaceId })],
];

describe.each(deletions)("a document that is deleted %s", (_way, remove) => {
  it("ends the streams of subscribers and closes the room on every process", async () => {
    const place = await createPlace();
    const streams = [
      await follow(here(), place.id),
      await join(here(), place.id),
      await follow(there(), place.id),
      await join(there(), place.id),
    ];
    await remove(place);
    expect(await Promise.all(streams.map(({ ended }) => ended))).toEqual(streams.map(() => "NOT_FOUND"));
    for (const { presence } of [app.services, otherProcess]) expect(presence.members(place.id)).toBeNull();
  });
});

describe("deleting a document", () => {
  it("sends the deletion as the last change", async () => {
    const { id } = await createPlace();
    const { received, ended } = await follow(here(), id);
    await owner.client.document.update({ id, title: "Renamed" });
    await owner.client.document.delete({ id });
    await ended;
    expect(received).toMatchObject([
      { type: "meta", title: "Renamed", deleted: false, authorId: owner.id },
      { type: "meta", title: "Renamed", deleted: true, authorId: owner.id },
    ]);
  });

  it("lets a subscriber resume from before a deletion that was undone", async () => {
    const { id } = await createPlace();
    const { version } = await owner.client.document.get({ id });
    await owner.client.document.delete({ id });
    await owner.client.document.restore({ id });
    const ended = new AbortController();
    const client = app.as(reader.credential, {}, ended.signal);
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
