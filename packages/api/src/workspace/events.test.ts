import type { WorkspaceEvent } from "@mdreader/contract";
import { isTrackedEnvelope } from "@trpc/server";
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

/** Subscribes to a workspace as an actor. Each event has the id that the stream resumes from. */
async function follow(actor: TestActor, input: { after?: number; lastEventId?: string } = {}) {
  const ended = new AbortController();
  const client = app.as(actor.credential, {}, ended.signal);
  const stream = (await client.workspace.events({ workspaceId, ...input }))[Symbol.asyncIterator]();
  return {
    async next() {
      const { value, done } = await stream.next();
      if (done === true) throw new Error("the stream has ended");
      if (!isTrackedEnvelope<WorkspaceEvent>(value)) throw new Error("the event has no number");
      const [id, event] = value;
      return { id, kind: event.kind, subjectName: event.subjectName };
    },
    async close() {
      ended.abort();
      await stream.return?.();
    },
  };
}

/** Rewinds the database to an event, as restoring an older backup does. */
async function rewindTo(seq: number) {
  const { sql } = app.services.database;
  await sql`delete from workspace_events where workspace_id = ${workspaceId} and seq > ${seq}`;
  await sql`update workspaces set last_event_seq = ${seq} where id = ${workspaceId}`;
}

describe("workspace.events", () => {
  it("streams new events, each with its id", async () => {
    await ada.client.document.create({ workspaceId, title: "Before" });
    const events = await follow(viewer);
    const first = events.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { id } = await ada.client.document.create({ workspaceId, title: "Notes" });
    expect(await first).toEqual({
      id: expect.stringMatching(/^2-\d+$/),
      kind: "document.created",
      subjectName: "Notes",
    });
    await ada.client.document.update({ id, title: "Plans" });
    expect(await events.next()).toMatchObject({ kind: "document.updated", subjectName: "Plans" });
    await events.close();
  });

  it("resumes after the last received event, without a gap", async () => {
    for (const title of ["1", "2", "3"]) await ada.client.document.create({ workspaceId, title });
    const before = await follow(viewer, { after: 0 });
    const { id } = await before.next();
    await before.close();
    const events = await follow(viewer, { lastEventId: id });
    expect([(await events.next()).subjectName, (await events.next()).subjectName]).toEqual(["2", "3"]);
    await events.close();
  });

  it("hides the names of documents in the trash from viewers", async () => {
    const { id } = await ada.client.document.create({ workspaceId, title: "Secret" });
    await ada.client.document.delete({ id });
    const events = await follow(viewer, { after: 0 });
    expect(await events.next()).toMatchObject({ kind: "document.created", subjectName: null });
    await events.close();
  });

  it("ends when the reader is removed", async () => {
    const events = await follow(viewer);
    const waiting = events.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await ada.client.workspace.member.remove({ workspaceId, userId: viewer.id });
    const readOn = async () => {
      await waiting;
      for (;;) await events.next();
    };
    await expect(readOn()).rejects.toMatchObject({ cause: { reason: "NOT_FOUND" } });
  });

  it("rejects resuming after an event that a restored database lacks, whatever was written since", async () => {
    for (const title of ["1", "2", "3"]) await ada.client.document.create({ workspaceId, title });
    const before = await follow(viewer, { after: 0 });
    const seen = [await before.next(), await before.next(), await before.next()];
    const refused = expect(before.next()).rejects.toMatchObject({ cause: { reason: "RESYNC_REQUIRED" } });
    await rewindTo(1);
    for (const title of ["4", "5", "6", "7"]) await ada.client.document.create({ workspaceId, title });
    await refused;
    for (const { id } of seen.slice(1)) {
      const events = await follow(viewer, { lastEventId: id });
      await expect(events.next()).rejects.toMatchObject({ cause: { reason: "RESYNC_REQUIRED" } });
    }
    const events = await follow(viewer, { lastEventId: seen[0]?.id ?? "" });
    expect((await events.next()).subjectName).toBe("4");
    await events.close();
  });

  it("ends when the database is rewound to before the subscription's start", async () => {
    await ada.client.document.create({ workspaceId, title: "1" });
    const events = await follow(viewer);
    const refused = expect(events.next()).rejects.toMatchObject({ cause: { reason: "RESYNC_REQUIRED" } });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await rewindTo(0);
    for (const title of ["2", "3"]) await ada.client.document.create({ workspaceId, title });
    await refused;
  });

  it("resumes after a bare number, as earlier clients send", async () => {
    for (const title of ["1", "2"]) await ada.client.document.create({ workspaceId, title });
    const events = await follow(viewer, { lastEventId: "1" });
    expect((await events.next()).subjectName).toBe("2");
    await events.close();
  });

  it("rejects a number that does not exist yet", async () => {
    const events = await follow(viewer, { after: 99 });
    await expect(events.next()).rejects.toMatchObject({ cause: { reason: "RESYNC_REQUIRED" } });
  });
});
