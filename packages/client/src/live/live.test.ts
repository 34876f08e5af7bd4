import "fake-indexeddb/auto";
import { addMember } from "@mdreader/api/testing";
import type { Role } from "@mdreader/contract/policy";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import * as Y from "yjs";

import { createTestNetwork } from "../../test/network.ts";
import { serve, type Served } from "../../test/serve.ts";
import { createClient } from "../client.ts";
import { reasonOf } from "../errors.ts";
import type { RemoteState } from "./awareness.ts";
import {
  forgetSentDocuments,
  indexedDbStore,
  type LiveDocument,
  memoryStore,
  openDocument,
  type OpenDocumentOptions,
  watchPresence,
} from "./index.ts";

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served[Symbol.asyncDispose]());

let cleanup = new AsyncDisposableStack();
afterEach(async () => {
  await cleanup.disposeAsync();
  cleanup = new AsyncDisposableStack();
});

/** Registers a user with their own simulated network. */
async function createPerson() {
  const network = createTestNetwork();
  const client = createClient({ url: served.url, WebSocket: network.WebSocket });
  cleanup.use(client);
  const username = `user-${crypto.randomUUID().slice(0, 13)}`;
  const { user } = await client.auth.register.mutate({
    email: `${username}@example.test`,
    username,
    password: "correct horse battery staple",
  });
  return {
    client,
    network,
    user,
    open: async (id: string, options?: OpenDocumentOptions) =>
      cleanup.use(await openDocument(client, id, options)),
  };
}

async function createDocument(content = "") {
  const owner = await createPerson();
  const { id: workspaceId } = await owner.client.workspace.create.mutate({ name: "Handbook" });
  const { id } = await owner.client.document.create.mutate({ workspaceId, title: "Notes", content });
  const join = async (role: Exclude<Role, "owner">) => {
    const person = await createPerson();
    await addMember(served.app, workspaceId, person.user, role);
    return person;
  };
  const text = async () => (await owner.client.document.get.query({ id })).content;
  return { id, workspaceId, owner, join, text };
}

/** Folds a document's whole log into one snapshot, regardless of the age of its entries. */
async function foldAll(documentId: string): Promise<void> {
  const { database, documents } = served.app.services;
  const { version, workspaceId, state } = await documents.read(documentId, (live) => ({
    version: live.version,
    workspaceId: live.workspaceId,
    state: Buffer.from(Y.encodeStateAsUpdate(live.doc)),
  }));
  await database.sql`insert into document_snapshots (document_id, workspace_id, seq, state)
    values (${documentId}, ${workspaceId}, ${version}, ${state})`;
  await database.sql`delete from document_log where document_id = ${documentId} and seq <= ${version}`;
}

/** Types at the end, one character at a time. */
async function type({ ytext }: LiveDocument, text: string) {
  for (const character of text) {
    ytext.insert(ytext.length, character);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

const pollOptions = { timeout: 20_000, interval: 20 };
const read = ({ ytext }: LiveDocument) => ytext.toJSON();
const bytes = ({ doc }: LiveDocument) => Buffer.from(Y.encodeStateAsUpdate(doc)).toString("hex");
/** Waits until all documents have converged to the same text. */
const alike = (...documents: LiveDocument[]) =>
  vi.waitFor(() => {
    expect(new Set(documents.map(read)).size).toBe(1);
    const states = documents.map(({ doc }) => Y.decodeStateVector(Y.encodeStateVector(doc)));
    for (const state of states) expect(state).toEqual(states[0]);
  }, pollOptions);
const others = ({ awareness }: LiveDocument) =>
  [...awareness.getStates()].flatMap(([clientId, state]) =>
    clientId === awareness.clientID ? [] : [state as RemoteState],
  ); // the type of states that `bindAwareness` sets

describe("a live document", () => {
  test("loads the text, and converges when two users type at the same time", async () => {
    const { id, owner, join, text } = await createDocument("# Plan\n");
    const editor = await join("editor");
    const [a, b] = await Promise.all([owner.open(id), editor.open(id)]);
    await Promise.all([a.synced(), b.synced()]);
    expect(read(a)).toBe("# Plan\n");
    await Promise.all([type(a, "alpha ".repeat(20)), type(b, "beta ".repeat(20))]);
    const numbers = await Promise.all([a.whenSaved(), b.whenSaved()]);
    await alike(a, b);
    expect(read(a).length).toBe("# Plan\n".length + 20 * 11);
    expect(await text()).toBe(read(a));
    expect(bytes(a).length).toBe(bytes(b).length);
    await vi.waitFor(() => expect(a.saveState.get()).toMatchObject({ status: "saved" }), pollOptions);
    expect(a.saveState.get().seq).toBeGreaterThanOrEqual(Math.max(...numbers));
  });

  test("has committed its edits when whenSaved resolves with the document's version", async () => {
    const { id, owner } = await createDocument();
    const live = await owner.open(id);
    await live.synced();
    live.ytext.insert(0, "kept");
    expect(live.saveState.get().status).toBe("sending");
    const seq = await live.whenSaved();
    expect((await owner.client.document.get.query({ id })).version).toBe(seq);
  });

  test("resolves whenSaved while the user keeps typing", async () => {
    const { id, owner, text } = await createDocument();
    const live = await owner.open(id);
    await live.synced();
    const done = new AbortController();
    const typing = (async () => {
      while (!done.signal.aborted) await type(live, "and on ");
    })();
    for (const word of ["first", "second", "third"]) {
      live.ytext.insert(0, word);
      await live.whenSaved();
      expect(await text()).toContain(word);
    }
    done.abort();
    await typing;
  });

  test("syncs all its edits after being offline until the log was folded", async () => {
    const { id, owner, join, text } = await createDocument("start\n");
    const editor = await join("editor");
    const [a, b] = await Promise.all([owner.open(id), editor.open(id)]);
    await Promise.all([a.synced(), b.synced()]);
    b.ytext.insert(0, "sent before\n");
    await b.whenSaved();
    editor.network.cut();
    await vi.waitFor(() => expect(b.saveState.get().status).toBe("offline"), pollOptions);
    b.ytext.insert(0, "written away\n");
    b.ytext.delete(b.ytext.length - 6, 6);
    a.ytext.insert(a.ytext.length, "written meanwhile\n");
    await a.whenSaved();
    await foldAll(id);
    editor.network.restore();
    await b.whenSaved();
    await alike(a, b);
    expect(await text()).toBe("written away\nsent before\nwritten meanwhile\n");
    expect(b.saveState.get().status).toBe("saved");
  });

  test("keeps edits made offline, and merges them with those of others after reconnecting", async () => {
    const { id, owner, join, text } = await createDocument("start\n");
    const editor = await join("editor");
    const [a, b] = await Promise.all([owner.open(id), editor.open(id)]);
    await Promise.all([a.synced(), b.synced()]);
    editor.network.cut();
    await vi.waitFor(() => expect(b.saveState.get().status).toBe("offline"), pollOptions);
    b.ytext.insert(0, "written offline\n");
    a.ytext.insert(a.ytext.length, "written meanwhile\n");
    await a.whenSaved();
    expect(b.saveState.get()).toMatchObject({ status: "offline", unsaved: true });
    expect(await text()).toBe("start\nwritten meanwhile\n");
    editor.network.restore();
    await b.whenSaved();
    await alike(a, b);
    expect(await text()).toBe("written offline\nstart\nwritten meanwhile\n");
  });

  test("reports changed comments, even those made while it was offline, and resolves their anchors", async () => {
    const { id, owner, join } = await createDocument("The quick brown fox.\n");
    const editor = await join("editor");
    const viewer = await join("viewer");
    const live = await viewer.open(id);
    await live.synced();
    const before = live.commentsAt.get();
    const at = (index: number, assoc?: number) =>
      Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(live.ytext, index, assoc)) as {
        item: { client: number; clock: number };
      };
    const anchor = { start: at(4), end: at(15, -1) };
    await owner.client.document.comment.create.mutate({ documentId: id, body: "Really?", anchor });
    await vi.waitFor(() => expect(live.commentsAt.get()).toBeGreaterThan(before), pollOptions);

    viewer.network.cut();
    await vi.waitFor(() => expect(live.saveState.get().status).toBe("offline"), pollOptions);
    const cut = live.commentsAt.get();
    await editor.client.document.update.mutate({
      id,
      content: "Look: the quick brown fox.\n",
      overwrite: true,
    });
    await editor.client.document.comment.create.mutate({ documentId: id, body: "Yes." });
    viewer.network.restore();
    await vi.waitFor(() => expect(live.commentsAt.get()).toBeGreaterThan(cut), pollOptions);

    const { items } = await viewer.client.document.comment.list.query({ documentId: id });
    const [thread] = items;
    expect(thread?.anchor?.quote).toBe("quick brown");
    const place = (position: object) =>
      Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(position), live.doc)
        ?.index;
    await vi.waitFor(() => expect(read(live)).toMatch(/^Look/), pollOptions);
    const [from, to] = [place(thread?.anchor?.start ?? {}), place(thread?.anchor?.end ?? {})];
    expect(read(live).slice(from, to)).toBe("quick brown");
  });

  test("loses no edits when connections drop repeatedly while users type", async () => {
    const { id, owner, join, text } = await createDocument();
    const editor = await join("editor");
    const [a, b] = await Promise.all([owner.open(id), editor.open(id)]);
    await Promise.all([a.synced(), b.synced()]);
    for (let round = 0; round < 4; round += 1) {
      const typing = Promise.all([type(a, "aaaaaaaaaa"), type(b, "bbbbbbbbbb")]);
      served.dropSockets();
      await typing;
    }
    await Promise.all([a.whenSaved(), b.whenSaved()]);
    await alike(a, b);
    expect(read(a).split("").toSorted().join("")).toBe("a".repeat(40) + "b".repeat(40));
    expect(await text()).toBe(read(a));
  });

  test("reports the rejected edit of a viewer, and keeps their text", async () => {
    const { id, join, text } = await createDocument("theirs\n");
    const viewer = await join("viewer");
    const live = await viewer.open(id);
    await live.synced();
    live.ytext.insert(0, "mine ");
    await expect(live.whenSaved()).rejects.toMatchObject({ reason: "ROLE_TOO_LOW" });
    expect(live.saveState.get()).toMatchObject({ status: "refused", reason: "ROLE_TOO_LOW" });
    expect(read(live)).toBe("mine theirs\n");
    expect(await text()).toBe("theirs\n");
  });

  test("sends rejected edits as soon as the role allows it", async () => {
    const { id, workspaceId, owner, join, text } = await createDocument();
    const viewer = await join("viewer");
    const live = await viewer.open(id);
    await live.synced();
    live.ytext.insert(0, "early");
    await expect(live.whenSaved()).rejects.toMatchObject({ reason: "ROLE_TOO_LOW" });
    await owner.client.workspace.member.updateRole.mutate({
      workspaceId,
      userId: viewer.user.id,
      role: "editor",
    });
    await vi.waitFor(() => expect(live.saveState.get().status).toBe("saved"), pollOptions);
    expect(live.meta.get().role).toBe("editor");
    expect(await text()).toBe("early");
  });

  test("rejects edits that make the document too large, and continues when it fits again", async () => {
    const { id, owner, text } = await createDocument("small\n");
    const live = await owner.open(id);
    await live.synced();
    live.ytext.insert(live.ytext.length, "x".repeat(1_600_000));
    await expect(live.whenSaved()).rejects.toMatchObject({ reason: "DOCUMENT_TOO_LARGE" });
    live.ytext.insert(0, "still here\n");
    live.ytext.delete("still here\nsmall\n".length, 1_600_000);
    await vi.waitFor(() => expect(live.saveState.get().status).toBe("saved"), pollOptions);
    expect(await text()).toBe("still here\nsmall\n");
  });

  test("reports a new title", async () => {
    const { id, owner } = await createDocument();
    const live = await owner.open(id);
    await live.synced();
    await owner.client.document.update.mutate({ id, title: "Renamed" });
    await vi.waitFor(
      () => expect(live.meta.get()).toMatchObject({ title: "Renamed", deleted: false }),
      pollOptions,
    );
  });

  test("closes with the reason when the user loses access", async () => {
    const { id, workspaceId, owner, join } = await createDocument();
    const editor = await join("editor");
    const live = await editor.open(id);
    await live.synced();
    await owner.client.workspace.member.remove.mutate({ workspaceId, userId: editor.user.id });
    await vi.waitFor(
      () => expect(live.saveState.get()).toMatchObject({ status: "closed", reason: "NOT_FOUND" }),
      pollOptions,
    );
  });

  test("closes for all users when the document is deleted", async () => {
    const { id, owner, join } = await createDocument("text\n");
    const viewer = await join("viewer");
    const [a, b] = await Promise.all([owner.open(id), viewer.open(id)]);
    await Promise.all([a.synced(), b.synced()]);
    await owner.client.document.delete.mutate({ id });
    for (const live of [a, b]) {
      await vi.waitFor(
        () => expect(live.saveState.get()).toMatchObject({ status: "closed", reason: "NOT_FOUND" }),
        pollOptions,
      );
      expect(live.meta.get()).toMatchObject({ deleted: true });
      expect(others(live)).toEqual([]);
    }
  });

  test("closes with NOT_FOUND when the document does not exist", async () => {
    const { owner } = await createDocument();
    const live = await owner.open(crypto.randomUUID());
    await expect(live.synced()).rejects.toMatchObject({ reason: "NOT_FOUND" });
    await expect(live.whenSaved()).resolves.toBe(0);
  });
});

describe.each([
  ["in memory", () => memoryStore()],
  ["in IndexedDB", () => indexedDbStore(crypto.randomUUID())],
])("a store %s", (_where, makeStore) => {
  test("keeps offline edits across a reload, and the reloaded document sends them", async () => {
    const { id, owner, text } = await createDocument("start\n");
    const store = makeStore();
    const before = await owner.open(id, { store });
    await before.synced();
    owner.network.cut();
    before.ytext.insert(0, "one\n");
    before.ytext.insert(4, "two\n");
    await before.close();
    expect(await text()).toBe("start\n");

    const offline = await owner.open(id, { store });
    expect(read(offline)).toBe("one\ntwo\nstart\n");
    expect(offline.saveState.get()).toMatchObject({ status: "offline", unsaved: true });
    offline.ytext.insert(offline.ytext.length, "three\n");
    await offline.close();

    owner.network.restore();
    const online = await owner.open(id, { store });
    await online.whenSaved();
    expect(await text()).toBe("one\ntwo\nstart\nthree\n");
    await vi.waitFor(async () => expect((await store.load(id)).pending).toEqual([]), pollOptions);
  });

  test("has a document as soon as it is loaded, even if the page reloads right away", async () => {
    const { id, owner } = await createDocument("start\n");
    const store = makeStore();
    const before = await owner.open(id, { store });
    await before.synced();
    owner.network.cut();
    const after = await owner.open(id, { store });
    expect(read(after)).toBe("start\n");
  });

  test("keeps the edits of two windows that share it", async () => {
    const { id, owner, text } = await createDocument();
    const store = makeStore();
    owner.network.cut();
    const [a, b] = [await owner.open(id, { store }), await owner.open(id, { store })];
    a.ytext.insert(0, "from a\n");
    b.ytext.insert(0, "from b\n");
    await Promise.all([a.close(), b.close()]);
    owner.network.restore();
    const again = await owner.open(id, { store });
    await again.whenSaved();
    expect((await text()).split("\n").toSorted()).toEqual(["", "from a", "from b"]);
  });
});

test("edits that depend on missing ones are replaced with everything that the server lacks", async () => {
  const { id, owner, text } = await createDocument("start\n");
  const store = memoryStore();
  owner.network.cut();
  const before = await owner.open(id, { store });
  before.ytext.insert(0, "one\n");
  before.ytext.insert(4, "two\n");
  await before.close();
  const [first] = (await store.load(id)).pending;
  await store.remove(id, first === undefined ? [] : [first.key]);
  expect((await store.load(id)).pending).toHaveLength(1);
  owner.network.restore();
  const live = await owner.open(id, { store });
  await Promise.all([live.synced(), live.whenSaved()]);
  expect((await text()).split("\n").toSorted()).toEqual(["", "one", "start", "two"]);
  expect(await text()).toBe(read(live));
});

test("edits made during a push are combined in the next one", async () => {
  const { id, owner } = await createDocument();
  const live = await owner.open(id);
  await live.synced();
  for (let n = 0; n < 500; n += 1) live.ytext.insert(live.ytext.length, "x");
  expect(await live.whenSaved()).toBeLessThanOrEqual(4); // the creation, the first key, and the rest in one push
});

describe("the IndexedDB store", () => {
  test("removes acknowledged documents at sign-out, and keeps unsent edits for the same user", async () => {
    const [ada, bob] = [indexedDbStore(crypto.randomUUID()), indexedDbStore(crypto.randomUUID())];
    const update = Uint8Array.of(1, 2, 3);
    for (const document of ["sent", "unsent"]) await ada.saveState(document, update);
    await ada.append("unsent", update);
    await ada.append("never saved", update);
    await bob.saveState("sent", update);
    expect(await ada.forgetSent()).toBe(2);
    expect(await ada.load("sent")).toEqual({ state: null, pending: [] });
    expect(await ada.load("unsent")).toMatchObject({ state: update, pending: [{ update }] });
    expect(await bob.load("sent")).toMatchObject({ state: update });
    expect(await bob.forgetSent()).toBe(0);
    expect(new Set(await ada.unsent())).toEqual(new Set(["unsent", "never saved"]));
    expect(await bob.unsent()).toEqual([]);
  });

  test("removes the acknowledged documents of all users", async () => {
    const [ada, bob] = [indexedDbStore(crypto.randomUUID()), indexedDbStore(crypto.randomUUID())];
    const update = Uint8Array.of(1, 2, 3);
    for (const store of [ada, bob]) await store.saveState("sent", update);
    await bob.append("unsent", update);
    await forgetSentDocuments();
    for (const store of [ada, bob]) expect(await store.load("sent")).toEqual({ state: null, pending: [] });
    expect(await ada.unsent()).toEqual([]);
    expect((await bob.load("unsent")).pending).toMatchObject([{ update }]);
  });

  test("separates the documents of users, and clears those of one user", async () => {
    const [ada, bob] = [indexedDbStore("ada"), indexedDbStore("bob")];
    const update = Uint8Array.of(1, 2, 3);
    for (const store of [ada, bob]) {
      await store.append("document", update);
      await store.saveState("document", update);
    }
    await ada.append("other", update);
    expect((await ada.load("document")).pending).toHaveLength(1);
    await ada.clear();
    expect(await ada.load("document")).toEqual({ state: null, pending: [] });
    expect(await ada.load("other")).toEqual({ state: null, pending: [] });
    expect(await bob.load("document")).toMatchObject({ state: update, pending: [{ update }] });
  });
});

describe("presence", () => {
  test("shows another user's name, cursor and typing to editor bindings until they leave", async () => {
    const { id, owner, join } = await createDocument("Hello world");
    const editor = await join("editor");
    const [a, b] = await Promise.all([owner.open(id), editor.open(id)]);
    await Promise.all([a.synced(), b.synced()]);
    const at = (live: LiveDocument, index: number) =>
      Y.createRelativePositionFromTypeIndex(live.ytext, index);
    b.awareness.setLocalStateField("cursor", { anchor: at(b, 2), head: at(b, 5) });
    await vi.waitFor(() => expect(others(a)[0]?.cursor).toBeTruthy(), pollOptions);
    const [seen] = others(a);
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
    await vi.waitFor(() => expect(others(b)[0]?.status).toBe("typing"), pollOptions);

    b.awareness.setLocalStateField("cursor", null);
    await vi.waitFor(() => expect(others(a)[0]).toMatchObject({ cursor: null }), pollOptions);
    await b.close();
    await vi.waitFor(() => expect(others(a)).toEqual([]), pollOptions);
  });

  test("returns after a lost connection with the same cursor", async () => {
    const { id, owner, join } = await createDocument("Hello");
    const editor = await join("editor");
    const [a, b] = await Promise.all([owner.open(id), editor.open(id)]);
    await Promise.all([a.synced(), b.synced()]);
    const end = Y.createRelativePositionFromTypeIndex(b.ytext, b.ytext.length);
    b.awareness.setLocalStateField("cursor", { anchor: end, head: end });
    await vi.waitFor(() => expect(others(a)[0]?.cursor).toBeTruthy(), pollOptions);
    editor.network.cut();
    await vi.waitFor(() => expect(others(a)).toEqual([]), pollOptions);
    await vi.waitFor(() => expect(others(b)).toEqual([]), pollOptions);
    editor.network.restore();
    await vi.waitFor(() => expect(others(a)[0]?.cursor).toBeTruthy(), pollOptions);
    await vi.waitFor(() => expect(others(b)).toHaveLength(1), pollOptions);
  });

  test("sends nothing more once the document is closed, even while an update is in flight", async () => {
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

  test("is available as a stream that ends when its signal is aborted", async () => {
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

  test("throws NOT_FOUND for a document that does not exist", async () => {
    const { owner } = await createDocument();
    const watching = watchPresence(owner.client, crypto.randomUUID());
    expect(await watching.next().then(() => null, reasonOf)).toBe("NOT_FOUND");
  });
});
