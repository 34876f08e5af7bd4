import "fake-indexeddb/auto";
import { TRPCClientError } from "@trpc/client";
import { describe, expect, vi } from "vitest";
import * as Y from "yjs";

import { pollOptions, read } from "../../test/live.ts";
import { test } from "../../test/test.ts";
import { indexedDbStore, memoryStore } from "./index.ts";
import { createOutbox } from "./outbox.ts";

describe.each([
  ["in memory", () => memoryStore()],
  ["in IndexedDB", () => indexedDbStore(crypto.randomUUID())],
])("a store %s", (_where, makeStore) => {
  test("keeps offline edits across a reload, and the reloaded document sends them", async ({
    createDocument,
  }) => {
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

  test("has a document as soon as it is loaded, even if the page reloads right away", async ({
    createDocument,
  }) => {
    const { id, owner } = await createDocument("start\n");
    const store = makeStore();
    const before = await owner.open(id, { store });
    await before.synced();
    owner.network.cut();
    const after = await owner.open(id, { store });
    expect(read(after)).toBe("start\n");
  });

  test("keeps the edits of two windows that share it", async ({ createDocument }) => {
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

test("edits that depend on missing ones are replaced with everything that the server lacks", async ({
  createDocument,
}) => {
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

test("edits made during a push are combined in the next one", async ({ createDocument }) => {
  const { id, owner } = await createDocument();
  const live = await owner.open(id);
  await live.synced();
  for (let n = 0; n < 500; n += 1) live.ytext.insert(live.ytext.length, "x");
  expect(await live.whenSaved()).toBeLessThanOrEqual(4); // the creation, the first key, and the rest in one push
});

describe("edits that the server rejects because of the user's access", () => {
  test.for(["ROLE_TOO_LOW", "NOT_FOUND", "WORKSPACE_SECOND_FACTOR_REQUIRED"] as const)(
    "are reported as %s, and sent again in case the access is back without a notice",
    async (reason, { onTestFinished }) => {
      vi.useFakeTimers();
      onTestFinished(() => void vi.useRealTimers());
      let accessIsBack = false;
      let attempts = 0;
      const send = async () => {
        attempts += 1;
        if (accessIsBack) return 1;
        throw TRPCClientError.from({
          error: { code: -32_003, message: reason, data: { code: "FORBIDDEN", httpStatus: 403, reason } },
        });
      };
      const update = Y.encodeStateAsUpdate(new Y.Doc());
      const outbox = createOutbox({
        pending: [],
        push: send,
        difference: async () => ({ seq: 1, update }),
        reconcile: async () => {},
        maySend: () => true,
        storeUpdate: async () => null,
        removeUpdates: async () => {},
        onAcknowledged: () => {},
        onChange: () => {},
      });
      outbox.add(update);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(outbox.rejection).toMatchObject({ reason });
      expect(attempts).toBe(5);
      accessIsBack = true;
      await vi.advanceTimersByTimeAsync(15_000);
      expect(outbox.rejection).toBeNull();
      expect(outbox.isEmpty).toBe(true);
      outbox.stop();
    },
  );
});
