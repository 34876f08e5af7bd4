import type { WorkspaceEvent } from "@mdreader/contract";
import { isTrackedEnvelope } from "@trpc/server";
import { describe, expect } from "vitest";

import { type TestActor } from "../testing/index.ts";
import { test as base } from "../testing/test.ts";

const it = base
  /** Subscribes to a workspace as an actor. Each event has the id that the stream resumes from. */
  .extend(
    "follow",
    ({ app, workspaceId }) =>
      async (actor: TestActor, input: { after?: number; lastEventId?: string } = {}) => {
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
      },
  )
  /** Rewinds the database to an event, as restoring an older backup does. */
  .extend("rewindTo", ({ app, workspaceId }) => async (seq: number) => {
    const { sql } = app.services.database;
    await sql`delete from workspace_events where workspace_id = ${workspaceId} and seq > ${seq}`;
    await sql`update workspaces set last_event_seq = ${seq} where id = ${workspaceId}`;
  });

describe("workspace.events", () => {
  it("streams new events, each with its id", async ({ owner, workspaceId, follow, viewer }) => {
    await owner.client.document.create({ workspaceId, title: "Before" });
    const events = await follow(viewer);
    const first = events.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { id } = await owner.client.document.create({ workspaceId, title: "Notes" });
    expect(await first).toEqual({
      id: expect.stringMatching(/^2-\d+$/),
      kind: "document.created",
      subjectName: "Notes",
    });
    await owner.client.document.update({ id, title: "Plans" });
    expect(await events.next()).toMatchObject({ kind: "document.updated", subjectName: "Plans" });
    await events.close();
  });

  it("streams what has happened since the workspace was read", async ({
    owner,
    workspaceId,
    follow,
    viewer,
  }) => {
    const { eventSeq } = await viewer.client.workspace.get({ id: workspaceId });
    expect(eventSeq).toBe(0);
    await owner.client.document.create({ workspaceId, title: "Notes" });
    const { eventSeq: later } = await viewer.client.workspace.get({ id: workspaceId });
    await owner.client.document.create({ workspaceId, title: "Plans" });
    const [first, second] = await Promise.all([eventSeq, later].map((after) => follow(viewer, { after })));
    expect(await first?.next()).toMatchObject({ subjectName: "Notes" });
    expect(await second?.next()).toMatchObject({ subjectName: "Plans" });
    await Promise.all([first?.close(), second?.close()]);
  });

  it("resumes after the last received event, without a gap", async ({
    owner,
    workspaceId,
    follow,
    viewer,
  }) => {
    for (const title of ["1", "2", "3"]) await owner.client.document.create({ workspaceId, title });
    const before = await follow(viewer, { after: 0 });
    const { id } = await before.next();
    await before.close();
    const events = await follow(viewer, { lastEventId: id });
    expect([(await events.next()).subjectName, (await events.next()).subjectName]).toEqual(["2", "3"]);
    await events.close();
  });

  it("hides the names of documents in the trash from viewers", async ({
    owner,
    workspaceId,
    follow,
    viewer,
  }) => {
    const { id } = await owner.client.document.create({ workspaceId, title: "Secret" });
    await owner.client.document.delete({ id });
    const events = await follow(viewer, { after: 0 });
    expect(await events.next()).toMatchObject({ kind: "document.created", subjectName: null });
    await events.close();
  });

  it("ends when the reader is removed", async ({ follow, viewer, owner, workspaceId }) => {
    const events = await follow(viewer);
    const waiting = events.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await owner.client.workspace.member.remove({ workspaceId, userId: viewer.id });
    const readOn = async () => {
      await waiting;
      for (;;) await events.next();
    };
    await expect(readOn()).rejects.toMatchObject({ cause: { reason: "NOT_FOUND" } });
  });

  it("rejects resuming after an event that a restored database lacks, whatever was written since", async ({
    owner,
    workspaceId,
    follow,
    viewer,
    rewindTo,
  }) => {
    for (const title of ["1", "2", "3"]) await owner.client.document.create({ workspaceId, title });
    const before = await follow(viewer, { after: 0 });
    const seen = [await before.next(), await before.next(), await before.next()];
    const refused = expect(before.next()).rejects.toMatchObject({ cause: { reason: "RESYNC_REQUIRED" } });
    await rewindTo(1);
    for (const title of ["4", "5", "6", "7"]) await owner.client.document.create({ workspaceId, title });
    await refused;
    for (const { id } of seen.slice(1)) {
      const events = await follow(viewer, { lastEventId: id });
      await expect(events.next()).rejects.toMatchObject({ cause: { reason: "RESYNC_REQUIRED" } });
    }
    const events = await follow(viewer, { lastEventId: seen[0]?.id ?? "" });
    expect((await events.next()).subjectName).toBe("4");
    await events.close();
  });

  it("ends when the database is rewound to before the subscription's start", async ({
    owner,
    workspaceId,
    follow,
    viewer,
    rewindTo,
  }) => {
    await owner.client.document.create({ workspaceId, title: "1" });
    const events = await follow(viewer);
    const refused = expect(events.next()).rejects.toMatchObject({ cause: { reason: "RESYNC_REQUIRED" } });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await rewindTo(0);
    for (const title of ["2", "3"]) await owner.client.document.create({ workspaceId, title });
    await refused;
  });

  it("resumes after a bare number, as earlier clients send", async ({
    owner,
    workspaceId,
    follow,
    viewer,
  }) => {
    for (const title of ["1", "2"]) await owner.client.document.create({ workspaceId, title });
    const events = await follow(viewer, { lastEventId: "1" });
    expect((await events.next()).subjectName).toBe("2");
    await events.close();
  });

  it("rejects a number that does not exist yet", async ({ follow, viewer }) => {
    const events = await follow(viewer, { after: 99 });
    await expect(events.next()).rejects.toMatchObject({ cause: { reason: "RESYNC_REQUIRED" } });
  });
});
