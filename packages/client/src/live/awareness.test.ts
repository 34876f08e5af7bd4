import { describe, expect, vi } from "vitest";
import * as Y from "yjs";

import { listOthers, pollOptions } from "../../test/live.ts";
import { test } from "../../test/test.ts";
import { reasonOf } from "../errors.ts";
import { type LiveDocument, watchPresence } from "./index.ts";

describe("presence", () => {
  test("shows another user's name, cursor and typing to editor bindings until they leave", async ({
    createDocument,
  }) => {
    const { id, owner, join } = await createDocument("Hello world");
    const editor = await join("editor");
    const [a, b] = await Promise.all([owner.open(id), editor.open(id)]);
    await Promise.all([a.synced(), b.synced()]);
    const at = (live: LiveDocument, index: number) =>
      Y.createRelativePositionFromTypeIndex(live.ytext, index);
    b.awareness.setLocalStateField("cursor", { anchor: at(b, 2), head: at(b, 5) });
    await vi.waitFor(() => expect(listOthers(a)[0]?.cursor).toBeTruthy(), pollOptions);
    const [seen] = listOthers(a);
    expect(seen).toMatchObject({
      user: {
        id: editor.user.id,
        name: editor.user.username,
        color: expect.stringMatching(/^#[0-9a-f]{6}$/),
      },
      status: "viewing",
    });
    a.ytext.insert(0, "Oh! ");
    const place = seen?.cursor && Y.createAbsolutePositionFromRelativePosition(seen.cursor.head, a.doc);
    expect(place).toMatchObject({ index: 9, type: a.ytext });
    await vi.waitFor(() => expect(listOthers(b)[0]?.status).toBe("typing"), pollOptions);

    b.awareness.setLocalStateField("cursor", null);
    await vi.waitFor(() => expect(listOthers(a)[0]).toMatchObject({ cursor: null }), pollOptions);
    await b.close();
    await vi.waitFor(() => expect(listOthers(a)).toEqual([]), pollOptions);
  });

  test("returns after a lost connection with the same cursor", async ({ createDocument }) => {
    const { id, owner, join } = await createDocument("Hello");
    const editor = await join("editor");
    const [a, b] = await Promise.all([owner.open(id), editor.open(id)]);
    await Promise.all([a.synced(), b.synced()]);
    const end = Y.createRelativePositionFromTypeIndex(b.ytext, b.ytext.length);
    b.awareness.setLocalStateField("cursor", { anchor: end, head: end });
    await vi.waitFor(() => expect(listOthers(a)[0]?.cursor).toBeTruthy(), pollOptions);
    editor.network.cut();
    await vi.waitFor(() => expect(listOthers(a)).toEqual([]), pollOptions);
    await vi.waitFor(() => expect(listOthers(b)).toEqual([]), pollOptions);
    editor.network.restore();
    await vi.waitFor(() => expect(listOthers(a)[0]?.cursor).toBeTruthy(), pollOptions);
    await vi.waitFor(() => expect(listOthers(b)).toHaveLength(1), pollOptions);
  });

  test("sends nothing more once the document is closed, even while an update is in flight", async ({
    createDocument,
  }) => {
    const { id, owner } = await createDocument("Hello");
    const live = await owner.open(id);
    await live.synced();
    const setCursor = (index: number) => {
      const at = Y.createRelativePositionFromTypeIndex(live.ytext, index);
      live.awareness.setLocalStateField("cursor", { anchor: at, head: at });
    };
    const isPresence = (message: string) => message.includes("presence.update");
    owner.network.hold(isPresence);
    setCursor(1);
    await vi.waitFor(() => expect(owner.network.held).toBe(1), pollOptions);
    setCursor(2);
    await live.close();
    // The server answers that the room is not joined, which is a reason to try again only while the document is open.
    const sent: string[] = [];
    owner.network.hold(null);
    owner.network.hold((message) => isPresence(message) && sent.push(message) > 0);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(sent).toEqual([]);
    await owner.client.close();
    await vi.waitFor(() => expect(owner.network.connectionCount).toBe(0), pollOptions);
  });

  test("is available as a stream that ends when its signal is aborted", async ({ createDocument }) => {
    const { id, owner, join } = await createDocument();
    const editor = await join("viewer");
    const stop = new AbortController();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const event of watchPresence(owner.client, id, { signal: stop.signal })) {
        if (event.type === "snapshot") seen.push("snapshot");
        else {
          seen.push(...event.joined.map(({ user }) => `${user.username} joined`));
          seen.push(...event.left.map(() => "left"));
        }
      }
    })();
    await vi.waitFor(() => expect(seen).toContain("snapshot"), pollOptions);
    const live = await editor.open(id);
    await vi.waitFor(() => expect(seen).toContain(`${editor.user.username} joined`), pollOptions);
    await live.close();
    await vi.waitFor(() => expect(seen).toContain("left"), pollOptions);
    stop.abort();
    await watching;
  });

  test("throws NOT_FOUND for a document that does not exist", async ({ createDocument }) => {
    const { owner } = await createDocument();
    const watching = watchPresence(owner.client, crypto.randomUUID());
    expect(await watching.next().then(() => null, reasonOf)).toBe("NOT_FOUND");
  });
});
