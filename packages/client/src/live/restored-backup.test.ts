import "fake-indexeddb/auto";
import { describe, expect, vi } from "vitest";
import * as Y from "yjs";

import { createTestNetwork } from "../../test/network.ts";
import { test as base } from "../../test/test.ts";
import { type Client, createClient } from "../client.ts";
import { toBase64 } from "./base64.ts";
import {
  indexedDbStore,
  type LiveDocument,
  type LiveStore,
  memoryStore,
  openDocument,
  type OpenDocumentOptions,
  watchPresence,
} from "./index.ts";

/** The text in a store. */
async function readStoredText(store: LiveStore, id: string) {
  const copy = new Y.Doc();
  const { state } = await store.load(id);
  if (state !== null) Y.applyUpdate(copy, state);
  return copy.getText("content").toJSON();
}

const pollOptions = { timeout: 20_000, interval: 20 };
const read = ({ ytext }: LiveDocument) => ytext.toJSON();
const splitWords = (text: string) => text.split(/\s+/).filter(Boolean).toSorted();
const areEqual = (...documents: LiveDocument[]) =>
  vi.waitFor(() => {
    expect(new Set(documents.map(read)).size).toBe(1);
    for (const live of documents) expect(live.saveState.get().status).toBe("saved");
  }, pollOptions);

const test = base
  /** Opens a document in another, offline window of the same user. */
  .extend(
    "openOtherWindow",
    ({ cleanup, served }) =>
      async ({ client }: { client: Client }, id: string, options?: OpenDocumentOptions) => {
        const network = createTestNetwork();
        network.cut();
        const token = (await client.session.accessToken()) ?? expect.fail();
        const elsewhere = cleanup.use(createClient({ url: served.url, WebSocket: network.WebSocket, token }));
        return { network, live: cleanup.use(await openDocument(elsewhere, id, options)) };
      },
  )
  /** Records the state of a document, so that it can be restored. */
  .extend("createBackup", ({ served }) => async (id: string) => {
    const { sql } = served.app.services.database;
    const [row] = await sql<{ version: number }[]>`select version from documents where id = ${id}`;
    const version = row?.version ?? 0;
    return {
      async restore() {
        await served.app.services.documents.flush([id]);
        await sql`delete from document_clients c where document_id = ${id} and created_at > (
        select created_at from document_log where document_id = ${id} and seq = ${version})`;
        await sql`delete from document_versions where document_id = ${id} and document_version > ${version}`;
        await sql`delete from document_log where document_id = ${id} and seq > ${version}`;
        await sql`update documents
        set version = ${version}, history_version = least(history_version, ${version}), content_version = 0,
          history_number = coalesce((select max(number) from document_versions where document_id = ${id}), 0)
        where id = ${id}`;
        await served.app.services.documents.flush([id]);
        served.dropSockets();
      },
    };
  });

describe.each([
  ["without a persistent store", () => memoryStore()],
  ["with one", () => indexedDbStore(crypto.randomUUID())],
])("a backup restored while windows are open, %s", (_how, makeStore) => {
  test("leaves all windows able to save, with the words of each window once", async ({
    createDocument,
    createBackup,
  }) => {
    const { id, owner, join, text } = await createDocument("start\n");
    const people = [owner, await join(), await join()];
    const stores = people.map(makeStore);
    const windows = await Promise.all(
      people.map(({ open }, index) => open(id, { store: stores[index] ?? makeStore() })),
    );
    await Promise.all(windows.map((live) => live.synced()));
    windows[0]?.ytext.insert(6, "before\n");
    await windows[0]?.whenSaved();
    await areEqual(...windows);
    const backup = await createBackup(id);
    for (const [index, live] of windows.entries()) {
      live.ytext.insert(live.ytext.length, `lost${index}\n`);
      await live.whenSaved();
      await areEqual(...windows);
    }
    windows[1]?.ytext.delete(0, 6);
    await windows[1]?.whenSaved();
    await areEqual(...windows);

    for (const { network } of people) network.cut();
    await backup.restore();
    windows.forEach((live, index) => live.ytext.insert(live.ytext.length, `typed${index}\n`));
    expect(splitWords(await text())).toEqual(["before", "start"]);
    for (const { network } of people) network.restore();
    await Promise.all(windows.map((live) => live.whenSaved()));
    windows.forEach((live, index) => live.ytext.insert(0, `after${index}\n`));
    await Promise.all(windows.map((live) => live.whenSaved()));
    await areEqual(...windows);
    const all = ["after", "lost", "typed"].flatMap((word) => [0, 1, 2].map((index) => `${word}${index}`));
    expect(splitWords(await text())).toEqual([...all, "before"].toSorted());
    expect(read(windows[0] ?? expect.fail())).toBe(await text());
    expect(Math.max(...windows.map(({ restorations }) => restorations.get()))).toBeGreaterThan(0);
    expect(people.map(({ user }) => user.id)).toHaveLength(3);
  });

  test("is detected by a window that is opened later from its store", async ({
    createDocument,
    createBackup,
  }) => {
    const { id, owner, text } = await createDocument("start\n");
    const store = makeStore();
    const backup = await createBackup(id);
    const before = await owner.open(id, { store });
    await before.synced();
    before.ytext.insert(0, "lost\n");
    await before.whenSaved();
    await before.close();
    await backup.restore();
    expect(await text()).toBe("start\n");
    const after = await owner.open(id, { store });
    await vi.waitFor(() => expect(after.restorations.get()).toBe(1), pollOptions);
    after.ytext.insert(0, "typed\n");
    await after.whenSaved();
    await areEqual(after);
    expect(splitWords(await text())).toEqual(["lost", "start", "typed"]);
    await vi.waitFor(async () => expect((await store.load(id)).pending).toEqual([]), pollOptions);
  });
});

test("windows with a shared store restore its unsent edits once, even at the same time", async ({
  createDocument,
  createBackup,
  openOtherWindow,
}) => {
  const { id, owner, text } = await createDocument("start\n");
  const store = indexedDbStore(crypto.randomUUID());
  const first = await owner.open(id, { store });
  await first.synced();
  const backup = await createBackup(id);
  // The text equals that of the backup, so only unsent edits must be restored.
  first.ytext.insert(0, "gone\n");
  await first.whenSaved();
  first.ytext.delete(0, 5);
  await first.whenSaved();
  owner.network.cut();
  first.ytext.insert(first.ytext.length, "unsent\n");
  await vi.waitFor(async () => expect(await readStoredText(store, id)).toBe(read(first)), pollOptions);
  const other = await openOtherWindow(owner, id, { store });
  expect(read(other.live)).toBe("start\nunsent\n");
  other.live.ytext.insert(0, "other\n");
  await backup.restore();
  // Both windows read the server's text before either can write.
  const networks = [owner.network, other.network];
  for (const network of networks) {
    network.hold((message) => /document\.(push|applyText)/.test(message));
    network.restore();
  }
  await vi.waitFor(() => expect(networks.map(({ held }) => held)).toEqual([1, 1]), pollOptions);
  for (const network of networks) network.hold(null);
  await Promise.all([first.whenSaved(), other.live.whenSaved()]);
  await areEqual(first, other.live);
  expect(splitWords(await text())).toEqual(["other", "start", "unsent"]);
  await vi.waitFor(async () => expect((await store.load(id)).pending).toEqual([]), pollOptions);
});

test("a window restores edits that another one left in their store right after an acknowledgment", async ({
  createDocument,
  createBackup,
  openOtherWindow,
}) => {
  const { id, owner, text } = await createDocument("start\n");
  const store = indexedDbStore(crypto.randomUUID());
  const killed = await owner.open(id, { store });
  await killed.synced();
  const backup = await createBackup(id);
  killed.ytext.insert(0, "lost ");
  await killed.whenSaved();
  owner.network.cut();
  killed.ytext.insert(5, "unsent ");
  await vi.waitFor(async () => expect((await store.load(id)).pending.length).toBeGreaterThan(0), pollOptions);
  const other = await openOtherWindow(owner, id, { store });
  await backup.restore();
  other.network.restore();
  await other.live.synced();
  await other.live.whenSaved();
  await areEqual(other.live);
  expect(await text()).toBe("lost unsent start\n");
});

test("only removals that a restored backup has lost are repeated", async ({
  createDocument,
  createBackup,
}) => {
  const { id, owner, text } = await createDocument("one two three\n");
  const live = await owner.open(id);
  await live.synced();
  const backup = await createBackup(id);
  live.ytext.delete(4, 4);
  await live.whenSaved();
  await areEqual(live);
  await backup.restore();
  await vi.waitFor(async () => expect(await text()).toBe("one three\n"), pollOptions);
  await areEqual(live);
});

test("a client ID taken by another user is given up without losing edits", async ({ createDocument }) => {
  const { id, owner, join, text } = await createDocument("start\n");
  const other = await join();
  const live = await owner.open(id);
  await live.synced();
  // The other user writes under the client ID known from presence while this window is offline and types.
  owner.network.cut();
  await vi.waitFor(() => expect(live.saveState.get().status).toBe("offline"), pollOptions);
  const taken = live.doc.clientID;
  live.ytext.insert(0, "mine ");
  const copy = new Y.Doc();
  Y.applyUpdate(
    copy,
    Uint8Array.from(atob((await other.client.document.pull.query({ id })).update), (c) => c.charCodeAt(0)),
  );
  copy.clientID = taken;
  const known = Y.encodeStateVector(copy);
  copy.getText("content").insert(0, "x");
  await other.client.document.push.mutate({ id, update: toBase64(Y.encodeStateAsUpdate(copy, known)) });
  owner.network.restore();
  await live.whenSaved();
  live.ytext.insert(live.ytext.length, "and more\n");
  await live.whenSaved();
  await areEqual(live);
  expect(live.doc.clientID).not.toBe(taken);
  expect(live.awareness.clientID).toBe(live.doc.clientID);
  expect(await text()).toBe(read(live));
  expect(read(live)).toContain("mine ");
  expect(read(live)).toContain("x");
  expect(read(live).endsWith("start\nand more\n")).toBe(true);
});

test("a restored document reopens automatically with the edits made meanwhile", async ({
  createDocument,
}) => {
  const { id, owner, join, text } = await createDocument("start\n");
  const editor = await join();
  const live = await editor.open(id);
  await live.synced();
  await owner.client.document.delete.mutate({ id });
  await vi.waitFor(
    () => expect(live.saveState.get()).toMatchObject({ status: "closed", reason: "NOT_FOUND" }),
    pollOptions,
  );
  live.ytext.insert(0, "meanwhile ");
  await owner.client.document.restore.mutate({ id });
  await vi.waitFor(() => expect(live.saveState.get().status).toBe("saved"), pollOptions);
  expect(live.meta.get()).toMatchObject({ deleted: false });
  expect(await text()).toBe("meanwhile start\n");
});

test("20,000 offline keystrokes are sent without blocking other work", async ({ createDocument }) => {
  const { id, owner, text } = await createDocument("start\n");
  const live = await owner.open(id, { presence: false });
  await live.synced();
  owner.network.cut();
  await vi.waitFor(() => expect(live.saveState.get().status).toBe("offline"), pollOptions);
  for (let key = 0; key < 20_000; key += 1) live.ytext.insert((key * 7919) % live.ytext.length, "k");
  let longest = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  const begun = performance.now();
  owner.network.restore();
  await live.whenSaved();
  clearInterval(watch);
  console.log(
    `20,000 keystrokes: ${Math.round(performance.now() - begun)} ms, longest ${Math.round(longest)} ms`,
  );
  expect(await text()).toBe(read(live));
  expect(read(live).length).toBe(20_006);
});

test("a gap in the sequence of changes restarts the stream with everything that is missing", async ({
  createDocument,
}) => {
  const { id, owner, join, text } = await createDocument("start\n");
  const editor = await join();
  const [a, b] = await Promise.all([owner.open(id), editor.open(id)]);
  await Promise.all([a.synced(), b.synced()]);
  editor.network.lose((message) => message.includes('"type":"update"'));
  for (let count = 0; count < 5; count += 1) {
    a.ytext.insert(0, `${count} `);
    await a.whenSaved();
  }
  expect(read(b)).toBe("start\n");
  editor.network.lose(null);
  a.ytext.insert(0, "last ");
  await a.whenSaved();
  await areEqual(a, b);
  expect(read(b)).toBe(await text());
});

test("edits count as saved only after the stream has delivered them", async ({ createDocument }) => {
  const { id, owner } = await createDocument("start\n");
  const live = await owner.open(id);
  await live.synced();
  owner.network.lose((message) => message.includes('"type":"update"'));
  live.ytext.insert(0, "typed ");
  await vi.waitFor(
    async () => expect((await owner.client.document.get.query({ id })).version).toBe(2),
    pollOptions,
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(live.saveState.get().status).toBe("sending");
  owner.network.lose(null);
  live.ytext.insert(0, "more ");
  await live.whenSaved();
  await areEqual(live);
});

test("a text that was too large is saved as soon as it is shorter", async ({ createDocument }) => {
  const { id, owner, text } = await createDocument("small\n");
  const live = await owner.open(id);
  await live.synced();
  live.ytext.insert(0, "x".repeat(1_600_000));
  await expect(live.whenSaved()).rejects.toMatchObject({ reason: "DOCUMENT_TOO_LARGE" });
  live.ytext.delete(0, 1_500_000);
  await live.whenSaved();
  expect((await text()).length).toBe(100_006);
});

test("closing a client ends its streams, and none resubscribes", async ({ createDocument }) => {
  const { id, owner, join } = await createDocument();
  const bot = await join();
  const live = await bot.open(id);
  await live.synced();
  const received: string[] = [];
  const watching = (async () => {
    for await (const { type } of watchPresence(bot.client, id)) received.push(type);
  })();
  await vi.waitFor(() => expect(received).toContain("snapshot"), pollOptions);
  const present = async () => JSON.stringify(await owner.client.presence.list.query({ documentId: id }));
  await vi.waitFor(async () => expect(await present()).toContain(bot.user.id), pollOptions);
  await bot.client.close();
  await watching;
  expect(live.saveState.get()).toMatchObject({ status: "closed", reason: null });
  await vi.waitFor(async () => expect(await present()).not.toContain(bot.user.id), pollOptions);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(await present()).not.toContain(bot.user.id);
});
