import "fake-indexeddb/auto";
import { describe, expect, test } from "vitest";

import { forgetSentDocuments, indexedDbStore } from "./index.ts";

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
