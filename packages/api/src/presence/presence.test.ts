import type { PresenceEvent, PresenceMember } from "@mdreader/contract";
import { createId } from "@mdreader/db";
import { describe, expect, vi } from "vitest";

import { createInProcessBus } from "../realtime/in-process-bus.ts";
import { type TestActor, catchReason } from "../testing/index.ts";
import { test as base } from "../testing/test.ts";
import { setSystemTimer } from "../util/set-timer.ts";
import { createPeers } from "./peer-heartbeats.ts";
import { createRooms } from "./rooms.ts";
import { createWorkspacePresenceTracker } from "./workspace-presence.ts";

const at = (clock: number) => {
  const place = { item: { client: 1, clock } };
  return { anchor: place, head: place };
};

const test = base
  .extend("documentId", async ({ addDocument }) => (await addDocument()).id)
  /** Opens a window in the document, with its events. */
  .extend("createWindow", ({ app, documentId }) => async (actor: TestActor, clientId = 1) => {
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
  });

describe("presence in a document", () => {
  test("begins and ends with the stream, and others see both", async ({
    createWindow,
    owner,
    viewer,
    app,
    documentId,
  }) => {
    const hers = await createWindow(owner);
    expect(hers.snapshot).toMatchObject({ type: "snapshot", members: [{ user: { id: owner.id } }] });
    const his = await createWindow(viewer, 7);
    expect(his.snapshot).toMatchObject({
      members: [{ user: { id: owner.id } }, { user: { id: viewer.id }, clientId: 7 }],
    });
    let seen = await hers.next();
    if (seen.type === "frame" && seen.joined.every(({ user }) => user.id !== viewer.id))
      seen = await hers.next();
    expect(seen).toMatchObject({
      joined: expect.arrayContaining([expect.objectContaining({ clientId: 7 })]),
    });
    await his.close();
    expect(await hers.next()).toMatchObject({ left: [{ userId: viewer.id, clientId: 7 }] });
    await hers.close();
    expect(app.services.presence.listMembers(documentId)).toBeNull();
  });

  test("belongs to the credential that opened it: nobody can update another person's window", async ({
    createWindow,
    owner,
    viewer,
    documentId,
    app,
  }) => {
    const hers = await createWindow(owner, 1);
    expect(await viewer.client.presence.update({ documentId, clientId: 1, status: "typing" })).toEqual({
      joined: false,
    });
    expect(await owner.client.presence.update({ documentId, clientId: 1, cursor: at(3) })).toEqual({
      joined: true,
    });
    expect(app.services.presence.listMembers(documentId)).toMatchObject([
      { status: "viewing", cursor: at(3) },
    ]);
    await hers.close();
  });

  test("counts several windows of a person as one person", async ({
    createWindow,
    owner,
    documentId,
    viewer,
  }) => {
    const windows = [await createWindow(owner, 1), await createWindow(owner, 2)];
    await owner.client.presence.update({ documentId, clientId: 2, status: "typing" });
    expect(await viewer.client.presence.list({ documentId })).toEqual({
      people: [{ user: expect.objectContaining({ id: owner.id }), status: "typing", connectionCount: 2 }],
    });
    for (const window of windows) await window.close();
  });

  test("updates the cursor without a statement", async ({ createWindow, owner, app, documentId }) => {
    const window = await createWindow(owner);
    const before = app.statements.length;
    await owner.client.presence.update({ documentId, clientId: 1, cursor: at(1) });
    expect(app.statements.length).toBe(before);
    await window.close();
  });

  test("ends for a removed member, who then can't send updates either", async ({
    createWindow,
    owner,
    viewer,
    workspaceId,
    documentId,
    app,
  }) => {
    const [hers, his] = [await createWindow(owner), await createWindow(viewer, 2)];
    await owner.client.workspace.member.remove({ workspaceId, userId: viewer.id });
    await expect(
      (async () => {
        for (;;) await his.next();
      })(),
    ).rejects.toMatchObject({ cause: { reason: "NOT_FOUND" } });
    await expect(
      viewer.client.presence.update({ documentId, clientId: 2, status: "typing" }),
    ).rejects.toMatchObject({
      cause: { reason: "NOT_FOUND" },
    });
    expect(app.services.presence.listMembers(documentId)).toMatchObject([{ user: { id: owner.id } }]);
    await hers.close();
  });

  test("ends within two seconds if no message announces the removal", async ({
    createWindow,
    viewer,
    app,
  }) => {
    const window = await createWindow(viewer);
    await app.services.database.sql`delete from workspace_members where user_id = ${viewer.id}`;
    await expect(
      (async () => {
        for (;;) await window.next();
      })(),
    ).rejects.toMatchObject({ cause: { reason: "NOT_FOUND" } });
  });

  test("rejects an invalid cursor", async ({ owner, documentId }) => {
    const cursor = { anchor: { item: { client: -1, clock: 0 } }, head: {} };
    await expect(owner.client.presence.update({ documentId, clientId: 1, cursor })).rejects.toMatchObject({
      cause: { reason: "BAD_INPUT" },
    });
  });
});

describe("presence input", () => {
  test("accepts only a position or null: no extra fields, no large values, no other user's client ID", async ({
    createWindow,
    owner,
    documentId,
    viewer,
    app,
  }) => {
    const window = await createWindow(owner);
    const place = { item: { client: 1, clock: 1 } };
    const cursors: unknown[] = [
      { anchor: { ...place, note: "x" }, head: place },
      { anchor: place, head: { tname: "x".repeat(3000) } },
      { anchor: place, head: place, color: "x".repeat(3000) },
      "x".repeat(3000),
    ];
    for (const cursor of cursors) {
      const input = { documentId, clientId: 1, cursor } as never; // invalid for a typed caller
      expect(await catchReason(owner.client.presence.update(input))).toBe("BAD_INPUT");
    }
    const forged = { documentId, clientId: 1, user: { id: viewer.id }, status: "typing" as const };
    expect(await catchReason(owner.client.presence.update(forged))).toBe("BAD_INPUT");
    expect(app.services.presence.listMembers(documentId)).toMatchObject([
      { cursor: null, status: "viewing" },
    ]);
    await window.close();
  });

  test("is limited to a hundred windows per person", async ({
    createWindow,
    owner,
    viewer,
    app,
    documentId,
  }) => {
    const windows = await Promise.all(
      Array.from({ length: 100 }, (_, clientId) => createWindow(owner, clientId)),
    );
    expect(await catchReason(createWindow(owner, 100))).toBe("LIMIT_REACHED");
    const his = await createWindow(viewer);
    await windows[0]?.close();
    const again = await createWindow(owner, 100);
    for (const window of [...windows, his, again]) await window.close();
    expect(app.services.presence.listMembers(documentId)).toBeNull();
  });
});

describe("the presence of a workspace", () => {
  test("reports people who come and go", async ({
    app,
    viewer,
    workspaceId,
    createWindow,
    owner,
    documentId,
  }) => {
    const ended = new AbortController();
    const stream = await app.as(viewer.credential, {}, ended.signal).presence.workspace({ workspaceId });
    const iterator = stream[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toEqual({ people: [] });
    const window = await createWindow(owner);
    expect((await iterator.next()).value).toEqual({
      people: [
        {
          user: expect.objectContaining({ id: owner.id }),
          documents: [{ id: documentId, status: "viewing" }],
        },
      ],
    });
    await window.close();
    expect((await iterator.next()).value).toEqual({ people: [] });
    ended.abort();
    expect((await iterator.next()).done).toBe(true);
  });
});

describe("recorded presence", () => {
  test("shows who was connected, in which document, and when that ended", async ({
    app,
    owner,
    documentId,
  }) => {
    const { recorder } = app.services.presence;
    const connectionId = createId();
    const { sessionId } = owner.credential;
    recorder.onConnected({
      id: connectionId,
      userId: owner.id,
      sessionId,
      userAgent: "test",
      ipAddress: "192.0.2.1",
    });
    const ended = new AbortController();
    const stream = await app
      .as(owner.credential, { connectionId }, ended.signal)
      .presence.stream({ documentId, clientId: 1 });
    const events = stream[Symbol.asyncIterator]();
    await events.next();
    await recorder.flush();
    expect(await owner.client.presence.connections()).toMatchObject({
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
    const [connection] = (await owner.client.presence.connections()).items;
    expect(connection?.disconnectedAt).not.toBeNull();
  });

  test("is closed by other processes after a crash", async ({ app, owner }) => {
    const id = createId();
    const { sql } = app.services.database;
    await sql`insert into user_sessions (id, user_id, node_id, last_seen_at)
      values (${id}, ${owner.id}, ${createId()}, now() - interval '5 minutes')`;
    await app.services.presence.recorder.flush();
    expect(
      await sql`select disconnected_at = last_seen_at as closed from user_sessions where id = ${id}`,
    ).toEqual([{ closed: true }]);
  });
});

describe("the presence of a workspace across several processes", () => {
  test("includes people on other processes until they leave", async ({ workspaceId, owner, documentId }) => {
    const bus = { ...createInProcessBus(), hasPeers: true };
    const [one, two] = [createId(), createId()].map((node) =>
      createWorkspacePresenceTracker(bus, node, setSystemTimer, createPeers(bus, node, setSystemTimer)),
    );
    if (one === undefined || two === undefined) throw new Error("two processes were expected");
    const ended = new AbortController();
    const events = two.watch(workspaceId, ended.signal);
    expect((await events.next()).value).toEqual({ people: [] });
    const user = { id: owner.id, username: "someone", fullName: null };
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

  test("show everyone on each process, and keep a window that moves to another process", async ({
    documentId,
    owner,
    viewer,
  }) => {
    const bus = { ...createInProcessBus(), hasPeers: true };
    const [one, two] = [createId(), createId()].map((node) =>
      createRooms(bus, node, setSystemTimer, createPeers(bus, node, setSystemTimer)),
    );
    if (one === undefined || two === undefined) throw new Error("two processes were expected");
    const leaveOne = one.enter(documentId, member(owner.id, 1));
    two.enter(documentId, member(viewer.id, 2));
    await settled();
    expect(one.listMembers(documentId)?.length).toBe(2);
    expect(two.listMembers(documentId)?.length).toBe(2);
    void one.change(documentId, { userId: owner.id, clientId: 1 }, { status: "typing" });
    await settled();
    expect(two.listMembers(documentId)).toContainEqual({ ...member(owner.id, 1), status: "typing" });
    two.enter(documentId, member(owner.id, 1));
    leaveOne();
    await settled();
    expect(two.listMembers(documentId)?.length).toBe(2);
  });

  test.for([
    ["ten seconds after its last heartbeat", true, 10_000],
    ["later for earlier versions without heartbeats", false, 26_000],
  ] as const)(
    "remove everyone on a process that has become silent, %s",
    ([, hasHeartbeat, silenceMs], { documentId, owner, viewer }) => {
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
        turned.enter(documentId, member(owner.id, 1));
        // A process that is killed after this sends nothing more.
        if (hasHeartbeat) bus.publish("presence", { node: killed });
        const members = JSON.stringify([member(viewer.id, 2)]);
        bus.publish(`presence:${documentId}`, { node: killed, members });
        for (const seconds of [2, 4]) {
          vi.setSystemTime(Date.now() + (silenceMs * seconds) / 20);
          turn();
          expect(turned.listMembers(documentId)).toHaveLength(2);
        }
        vi.setSystemTime(Date.now() + silenceMs * 0.7);
        turn();
        expect(turned.listMembers(documentId)).toMatchObject([{ user: { id: owner.id } }]);
      } finally {
        vi.useRealTimers();
      }
    },
  );
});
