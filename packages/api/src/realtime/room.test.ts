import type { PresenceEvent, PresenceFrame, PresenceMember } from "@mdreader/contract";
import { describe, expect, it } from "vitest";

import { createRoom, type Room } from "./room.ts";

/** A room whose frames are sent under control of the test. */
function createTestRoom(): { room: Room; frame(): void; planned(): number } {
  let planned: (() => void)[] = [];
  const room = createRoom((run) => {
    planned.push(run);
    return () => {};
  });
  return {
    room,
    planned: () => planned.length,
    frame() {
      const due = planned;
      planned = [];
      for (const run of due) run();
    },
  };
}

const ids = { ada: "11111111-1111-4111-8111-111111111111", ben: "22222222-2222-4222-8222-222222222222" };

function window(name: keyof typeof ids, clientId = 1): PresenceMember {
  return {
    clientId,
    user: { id: ids[name], username: name, fullName: null },
    status: "viewing",
    cursor: null,
  };
}

const at = (clock: number) => {
  const place = { item: { client: 1, clock } };
  return { anchor: place, head: place };
};

const ada = { userId: ids.ada, clientId: 1 };
const quiet: PresenceFrame = { type: "frame", joined: [], left: [], moved: [], status: [] };

async function next(stream: AsyncGenerator<PresenceEvent, void>): Promise<PresenceEvent> {
  const { value } = await stream.next();
  if (value === undefined) throw new Error("the stream has ended");
  return value;
}

describe("a presence room", () => {
  it("sends a new subscriber everyone who is there", async () => {
    const { room } = createTestRoom();
    room.join(window("ada"));
    const events = room.subscribe(new AbortController().signal);
    expect(await next(events)).toEqual({ type: "snapshot", members: [window("ada")] });
  });

  it("sends frames directly to a subscriber who waits, and yields them to others", async () => {
    const { room, frame } = createTestRoom();
    room.join(window("ada"));
    frame();
    const sent: PresenceFrame[] = [];
    let isSlow = false;
    const ended = new AbortController();
    const direct = room.subscribe(ended.signal, (one) => {
      if (!isSlow) sent.push(one);
      return !isSlow;
    });
    await next(direct);
    const moved = (clock: number) => ({ ...quiet, moved: [{ ...ada, cursor: at(clock) }] });

    // The subscriber has not asked for more yet.
    void room.change(ada, { cursor: at(1) });
    frame();
    expect(await next(direct)).toEqual(moved(1));
    const yielded = next(direct);
    await Promise.resolve();
    for (const clock of [2, 3]) {
      void room.change(ada, { cursor: at(clock) });
      frame();
    }
    expect(sent).toEqual([moved(2), moved(3)]);
    isSlow = true;
    void room.change(ada, { cursor: at(4) });
    frame();
    isSlow = false;
    void room.change(ada, { cursor: at(5) });
    frame();
    expect(await yielded).toEqual(moved(5));
    const last = direct.next();
    ended.abort();
    void room.change(ada, { cursor: at(6) });
    frame();
    expect((await last).done).toBe(true);
    expect(sent).toHaveLength(2);
  });

  it("tells when a change has been sent", async () => {
    const { room, frame } = createTestRoom();
    room.join(window("ada"));
    frame();
    const events: string[] = [];
    const sent = room.subscribe(new AbortController().signal, () => events.push("frame") > 0);
    await next(sent);
    void next(sent);
    await Promise.resolve();
    const changed = [1, 2].map((clock) =>
      room.change(ada, { cursor: at(clock) }).then(() => events.push("sent")),
    );
    await new Promise(setImmediate);
    expect(events).toEqual([]);
    frame();
    await Promise.all(changed);
    expect(events).toEqual(["frame", "sent", "sent"]);
    await room.change({ ...ada, clientId: 2 }, { cursor: null });
  });

  it("sends a new subscriber each member once, and later changes", async () => {
    const { room, frame } = createTestRoom();
    const before = room.subscribe(new AbortController().signal);
    await next(before);
    room.join(window("ada"));
    const events = room.subscribe(new AbortController().signal);
    expect(await next(events)).toEqual({ type: "snapshot", members: [window("ada")] });
    room.join(window("ben"));
    const received = Promise.all([next(before), next(events)]);
    frame();
    expect(await received).toEqual([
      { ...quiet, joined: [window("ada"), window("ben")] },
      { ...quiet, joined: [window("ben")] },
    ]);
  });

  it("sends a new subscriber changes that were made before the first frame", async () => {
    const { room, frame } = createTestRoom();
    room.join(window("ada"));
    const events = room.subscribe(new AbortController().signal);
    await next(events);
    void room.change(ada, { status: "typing" });
    const received = next(events);
    frame();
    expect(await received).toMatchObject({ joined: [{ status: "typing" }] });
  });

  it("sends all changes between two frames in one frame", async () => {
    const { room, frame, planned } = createTestRoom();
    room.join(window("ada"));
    frame();
    const events = room.subscribe(new AbortController().signal);
    await next(events);
    void room.change(ada, { cursor: at(1) });
    void room.change(ada, { cursor: at(2), status: "typing" });
    room.join(window("ben"));
    expect(planned()).toBe(1);
    const received = next(events);
    frame();
    expect(await received).toEqual({
      ...quiet,
      joined: [window("ben")],
      moved: [{ ...ada, cursor: at(2) }],
      status: [{ ...ada, status: "typing" }],
    });
  });

  it("sends nothing if nothing has changed", () => {
    const { room, frame, planned } = createTestRoom();
    room.join(window("ada"));
    frame();
    // The pause after the frame.
    frame();
    void room.change({ userId: ids.ben, clientId: 1 }, { status: "typing" });
    room.leave({ userId: ids.ben, clientId: 1 });
    expect(planned()).toBe(0);
  });

  it("sends all fast subscribers the same frame object", async () => {
    const { room, frame } = createTestRoom();
    const signal = new AbortController().signal;
    const [one, two] = [room.subscribe(signal), room.subscribe(signal)];
    await Promise.all([next(one), next(two)]);
    room.join(window("ada"));
    const received = Promise.all([next(one), next(two)]);
    frame();
    const [first, second] = await received;
    expect(first).toBe(second);
  });

  it("sends a slow subscriber the latest state instead of a queue", async () => {
    const { room, frame } = createTestRoom();
    room.join(window("ada"));
    frame();
    const events = room.subscribe(new AbortController().signal);
    await next(events);
    for (let clock = 1; clock <= 100; clock += 1) {
      void room.change(ada, { cursor: at(clock) });
      frame();
    }
    room.join(window("ben"));
    room.leave({ userId: ids.ben, clientId: 1 });
    frame();
    expect(await next(events)).toEqual({
      ...quiet,
      left: [{ userId: ids.ben, clientId: 1 }],
      moved: [{ ...ada, cursor: at(100) }],
    });
  });

  it("shows two windows of one person as two cursors", () => {
    const { room } = createTestRoom();
    room.join(window("ada", 1));
    room.join(window("ada", 2));
    room.leave(ada);
    expect(room.members()).toEqual([window("ada", 2)]);
  });

  it("releases subscribers that have left", async () => {
    const { room } = createTestRoom();
    const ended = new AbortController();
    const events = room.subscribe(ended.signal);
    await next(events);
    const waiting = events.next();
    expect(room.subscriberCount()).toBe(1);
    ended.abort();
    expect((await waiting).done).toBe(true);
    expect(room.subscriberCount()).toBe(0);
  });
});
