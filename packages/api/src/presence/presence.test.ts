import type { PresenceEvent, PresenceMember } from "@mdreader/contract";
import { documents, createId } from "@mdreader/db";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { createInProcessBus } from "../realtime/in-process-bus.ts";
import {
  type TestActor,
  insertUser,
  insertWorkspace,
  createTestApp,
  catchReason,
  type TestApp,
} from "../testing/index.ts";
import { setSystemTimer } from "../util/set-timer.ts";
import { createPeers } from "./peer-heartbeats.ts";
import { createRooms } from "./rooms.ts";
import { createWorkspacePresenceTracker } from "./workspace-presence.ts";

let app: TestApp;
let ada: TestActor;
let ben: TestActor;
let workspaceId: string;
let documentId: string;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

beforeEach(async () => {
  [ada, ben] = await Promise.all([insertUser(app), insertUser(app)]);
  workspaceId = (await insertWorkspace(app, { owner: ada, viewer: ben })).id;
  documentId = createId();
  await app.services.database.db.insert(documents).values({ id: documentId, workspaceId, title: "Notes" });
});

/** Opens a window in the document, with its events. */
async function createWindow(actor: TestActor, clientId = 1) {
  const ended = new AbortController();
  const events: AsyncIterator<PresenceEvent> = (
    await app.as(actor.credential, {}, ended.signal).presence.stream({ documentId, clientId })
  )[Symbol.asyncIterator]();
  const first = await events.next();
  return {
    snapshot: first.done === true ? null : first.value,
    next: async (): Promise<PresenceEvent> => {
      const { value, done } = await events.next();
      if (done === true) throw new Error("the stream has ended");
      return value;
    },
    close: async () => {
      ended.abort();
      await events.return?.();
    },
  };
}

const at = (clock: number) => {
  const place = { item: { client: 1, clock } };
  return { anchor: place, head: place };
};

describe("presence in a document", () => {
  it("begins and ends with the stream, and others see both", async () => {
    const hers = await createWindow(ada);
    expect(hers.snapshot).toMatchObject({ type: "snapshot", members: [{ user: { id: ada.id } }] });
    const his = await createWindow(ben, 7);
    expect(his.snapshot).toMatchObject({
      members: [{ user: { id: ada.id } }, { user: { id: ben.id }, clientId: 7 }],
    });
    let seen = await hers.next();
    if (seen.type === "frame" && seen.joined.every(({ user }) => user.id !== ben.id))
      seen = await hers.next();
    expect(seen).toMatchObject({
      joined: expect.arrayContaining([expect.objectContaining({ clientId: 7 })]),
    });
    await his.close();
    expect(await hers.next()).toMatchObject({ left: [{ userId: ben.id, clientId: 7 }] });
    await hers.close();
    expect(app.services.presence.members(documentId)).toBeNull();
  });

  it("belongs to the credential that opened it: nobody can update another person's window", async () => {
    const hers = await createWindow(ada, 1);
    expect(await ben.client.presence.update({ documentId, clientId: 1, status: "typing" })).toEqual({
      joined: false,
    });
    expect(await ada.client.presence.update({ documentId, clientId: 1, cursor: at(3) })).toEqual({
      joined: true,
    });
    expect(app.services.presence.members(documentId)).toMatchObject([{ status: "viewing", cursor: at(3) }]);
    await hers.close();
  });

  it("counts several windows of a person as one person", async () => {
    const windows = [await createWindow(ada, 1), await createWindow(ada, 2)];
    await ada.client.presence.update({ documentId, clientId: 2, status: "typing" });
    expect(await ben.client.presence.list({ documentId })).toEqual({
      people: [{ user: expect.objectContaining({ id: ada.id }), status: "typing", connectionCount: 2 }],
    });
    for (const window of windows) await window.close();
  });

  it("updates the cursor without a statement", async () => {
    const window = await createWindow(ada);
    const before = app.statements.length;
    await ada.client.presence.update({ documentId, clientId: 1, cursor: at(1) });
    expect(app.statements.length).toBe(before);
    await window.close();
  });

  it("ends for a removed member, who then can't send updates either", async () => {
    const [hers, his] = [await createWindow(ada), await createWindow(ben, 2)];
    await ada.client.workspace.member.remove({ workspaceId, userId: ben.id });
    await expect(
      (async () => {
        for (;;) await his.next();
      })(),
    ).rejects.toMatchObject({ cause: { reason: "NOT_FOUND" } });
    await expect(
      ben.client.presence.update({ documentId, clientId: 2, status: "typing" }),
    ).rejects.toMatchObject({
      cause: { reason: "NOT_FOUND" },
    });
    expect(app.services.presence.members(documentId)).toMatchObject([{ user: { id: ada.id } }]);
    await hers.close();
  });

  it("ends within two seconds if no message announces the removal", async () => {
    const window = await createWindow(ben);
    await app.services.database.sql`delete from workspace_members where user_id = ${ben.id}`;
    await expect(
      (async () => {
        for (;;) await window.next();
      })(),
    ).rejects.toMatchObject({ cause: { reason: "NOT_FOUND" } });
  });

  it("rejects an invalid cursor", async () => {
    const cursor = { anchor: { item: { client: -1, clock: 0 } }, head: {} };
    await expect(ada.client.presence.update({ documentId, clientId: 1, cursor })).rejects.toMatchObject({
      cause: { reason: "BAD_INPUT" },
    });
  });
});

describe("presence input", () => {
  it("accepts only a position or null: no extra fields, no large values, no other user's client ID", async () => {
    const window = await createWindow(ada);
    const place = { item: { client: 1, clock: 1 } };
    const cursors: unknown[] = [
      { anchor: { ...place, note: "x" }, head: place },
      { anchor: place, head: { tname: "x".repeat(3000) } },
      { anchor: place, head: place, color: "x".repeat(3000) },
      "x".repeat(3000),
    ];
    for (const cursor of cursors) {
      const input = { documentId, clientId: 1, cursor } as never; // invalid for a typed caller
      expect(await catchReason(ada.client.presence.update(input))).toBe("BAD_INPUT");
    }
    const forged = { documentId, clientId: 1, user: { id: ben.id }, status: "typing" as const };
    expect(await catchReason(ada.client.presence.update(forged))).toBe("BAD_INPUT");
    expect(app.services.presence.members(documentId)).toMatchObject([{ cursor: null, status: "viewing" }]);
    await window.close();
  });

  it("is limited to a hundred windows per person", async () => {
    const windows = await Promise.all(
      Array.from({ length: 100 }, (_, clientId) => createWindow(ada, clientId)),
    );
    expect(await catchReason(createWindow(ada, 100))).toBe("LIMIT_REACHED");
    const his = await createWindow(ben);
    await windows[0]?.close();
    const again = await createWindow(ada, 100);
    for (const window of [...windows, his, again]) await window.close();
    expect(app.services.presence.members(documentId)).toBeNull();
  });
});

describe("the presence of a workspace", () => {
  it("reports people who come and go", async () => {
    const ended = new AbortController();
    const stream = await app.as(ben.credential, {}, ended.signal).presence.workspace({ workspaceId });
    const iterator = stream[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toEqual({ people: [] });
    const window = await createWindow(ada);
    expect((await iterator.next()).value).toEqual({
      people: [
        { user: expect.objectContaining({ id: ada.id }), documents: [{ id: documentId, status: "viewing" }] },
      ],
    });
    await window.close();
    expect((await iterator.next()).value).toEqual({ people: [] });
    ended.abort();
    expect((await iterator.next()).done).toBe(true);
  });
});

describe("recorded presence", () => {
  it("shows who was connected, in which document, and when that ended", async () => {
    const { recorder } = app.services.presence;
    const connectionId = createId();
    const { sessionId } = ada.credential;
    recorder.onConnected({
      id: connectionId,
      userId: ada.id,
      sessionId,
      userAgent: "test",
      ipAddress: "192.0.2.1",
    });
    const ended = new AbortController();
    const stream = await app
      .as(ada.credential, { connectionId }, ended.signal)
      .presence.stream({ documentId, clientId: 1 });
    const events = stream[Symbol.asyncIterator]();
    await events.next();
    await recorder.flush();
    expect(await ada.client.presence.connections()).toMatchObject({
      items: [{ id: connectionId, disconnectedAt: null }],
    });
    ended.abort();
    await events.return?.();
    recorder.onDisconnected(connectionId);
    await recorder.flush();
    const { sql } = app.services.database;
    expect(
      await sql`select left_at is not null as left from document_presence where user_session_id = ${connectionId}`,
    ).toEqual([{ left: true }]);
    const [connection] = (await ada.client.presence.connections()).items;
    expect(connection?.disconnectedAt).not.toBeNull();
  });

  it("is closed by other processes after a crash", async () => {
    const id = createId();
    const { sql } = app.services.database;
    await sql`insert into user_sessions (id, user_id, node_id, last_seen_at)
      values (${id}, ${ada.id}, ${createId()}, now() - interval '5 minutes')`;
    await app.services.presence.recorder.flush();
    expect(
      await sql`select disconnected_at = last_seen_at as closed from user_sessions where id = ${id}`,
    ).toEqual([{ closed: true }]);
  });
});

describe("the presence of a workspace across several processes", () => {
  it("includes people on other processes until they leave", async () => {
    const bus = { ...createInProcessBus(), hasPeers: true };
    const [one, two] = [createId(), createId()].map((node) =>
      createWorkspacePresenceTracker(bus, node, setSystemTimer, createPeers(bus, node, setSystemTimer)),
    );
    if (one === undefined || two === undefined) throw new Error("two processes were expected");
    const ended = new AbortController();
    const events = two.watch(workspaceId, ended.signal);
    expect((await events.next()).value).toEqual({ people: [] });
    const user = { id: ada.id, username: "someone", fullName: null };
    const entered = one.enter(workspaceId, { documentId, user, status: "viewing" });
    expect((await events.next()).value).toEqual({
      people: [{ user, documents: [{ id: documentId, status: "viewing" }] }],
    });
    entered.leave();
    expect((await events.next()).value).toEqual({ people: [] });
    ended.abort();
  });
});

describe("rooms across several processes", () => {
  const member = (userId: string, clientId: number): PresenceMember => ({
    clientId,
    user: { id: userId, username: "someone", fullName: null },
    status: "viewing",
    cursor: null,
  });
  const settled = () => new Promise((resolve) => setTimeout(resolve, 100));

  it("show everyone on each process, and keep a window that moves to another process", async () => {
    const bus = { ...createInProcessBus(), hasPeers: true };
    const [one, two] = [createId(), createId()].map((node) =>
      createRooms(bus, node, setSystemTimer, createPeers(bus, node, setSystemTimer)),
    );
    if (one === undefined || two === undefined) throw new Error("two processes were expected");
    const leaveOne = one.enter(documentId, member(ada.id, 1));
    two.enter(documentId, member(ben.id, 2));
    await settled();
    expect(one.members(documentId)?.length).toBe(2);
    expect(two.members(documentId)?.length).toBe(2);
    void one.change(documentId, { userId: ada.id, clientId: 1 }, { status: "typing" });
    await settled();
    expect(two.members(documentId)).toContainEqual({ ...member(ada.id, 1), status: "typing" });
    two.enter(documentId, member(ada.id, 1));
    leaveOne();
    await settled();
    expect(two.members(documentId)?.length).toBe(2);
  });

  it.each([
    ["ten seconds after its last heartbeat", true, 10_000],
    ["later for earlier versions without heartbeats", false, 26_000],
  ])("remove everyone on a process that has become silent, %s", (_when, hasHeartbeat, silenceMs) => {
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const planned: (() => void)[] = [];
      const turn = () => {
        for (const run of planned.splice(0)) run();
      };
      const schedule = (run: () => void) => {
        planned.push(run);
        return () => {};
      };
      const bus = { ...createInProcessBus(), hasPeers: true };
      const [node, killed] = [createId(), createId()];
      const turned = createRooms(bus, node, schedule, createPeers(bus, node, schedule));
      turned.enter(documentId, member(ada.id, 1));
      // A process that is killed after this sends nothing more.
      if (hasHeartbeat) bus.publish("presence", { node: killed });
      const members = JSON.stringify([member(ben.id, 2)]);
      bus.publish(`presence:${documentId}`, { node: killed, members });
      for (const seconds of [2, 4]) {
        vi.setSystemTime(Date.now() + (silenceMs * seconds) / 20);
        turn();
        expect(turned.members(documentId)).toHaveLength(2);
      }
      vi.setSystemTime(Date.now() + silenceMs * 0.7);
      turn();
      expect(turned.members(documentId)).toMatchObject([{ user: { id: ada.id } }]);
    } finally {
      vi.useRealTimers();
    }
  });
});
