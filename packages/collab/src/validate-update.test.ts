import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";

import { createYDoc, firstServerClientId, getText } from "./document.ts";
import { encodeUpdate } from "./testing/index.ts";
import { validateUpdate, type UpdateRules } from "./validate-update.ts";

const own = 7;
const foreign = 8;

/** A document with text of two users, and the server's state of it. */
function createSharedDocument(): { doc: Y.Doc; rules: UpdateRules } {
  const doc = new Y.Doc();
  for (const [clientId, word] of [
    [own, "mine "],
    [foreign, "theirs "],
  ] as const) {
    doc.clientID = clientId;
    getText(doc).insert(getText(doc).length, word);
  }
  return {
    doc,
    rules: { getClock: (id) => Y.getState(doc.store, id), isOwnClientId: (id) => id !== foreign },
  };
}

/** Encodes a change by a replica with `clientId`. */
function encodeChange(
  clientId: number,
  doc: Y.Doc,
  change: (text: Y.Text, replica: Y.Doc) => void,
): Uint8Array {
  const replica = createYDoc([Y.encodeStateAsUpdate(doc)]);
  replica.clientID = clientId;
  change(getText(replica), replica);
  return Y.encodeStateAsUpdate(replica, Y.encodeStateVector(doc));
}

describe("an update from a client", () => {
  it("is accepted with the sender's own text", () => {
    const { doc, rules } = createSharedDocument();
    const update = encodeChange(own, doc, (text) => text.insert(5, "new"));
    expect(validateUpdate(update, rules)).toMatchObject({ ok: true, clientIds: [own], inserted: 3 });
  });

  it("is accepted without client ids if it only deletes text", () => {
    const { doc, rules } = createSharedDocument();
    const update = encodeChange(own, doc, (text) => text.delete(0, text.length));
    expect(validateUpdate(update, rules)).toMatchObject({ ok: true, clientIds: [], inserted: 0 });
  });

  it("is rejected under another user's client id", () => {
    const { doc, rules } = createSharedDocument();
    const update = encodeChange(foreign, doc, (text) => text.insert(0, "forged"));
    expect(validateUpdate(update, rules)).toEqual({ ok: false, problem: "foreignClient" });
  });

  it("is rejected with a forged struct that would make replicas drop a user's later edits", () => {
    const { rules } = createSharedDocument();
    // One client with one struct at its next clock: a deleted range of 1,000 characters.
    const clock = rules.getClock(foreign);
    const forged = Uint8Array.from([1, 1, foreign, clock, 0, 0xe8, 0x07, 0]);
    expect(validateUpdate(forged, rules)).toEqual({ ok: false, problem: "foreignClient" });
  });

  it("is rejected with a gap in its structs or references", () => {
    const { doc, rules } = createSharedDocument();
    const replica = createYDoc([Y.encodeStateAsUpdate(doc)]);
    replica.clientID = own;
    const updates: Uint8Array[] = [];
    replica.on("update", (update: Uint8Array) => updates.push(update));
    getText(replica).insert(0, "first");
    getText(replica).insert(5, "second");
    replica.clientID = 9;
    getText(replica).insert(3, "third");
    getText(replica).delete(0, 2);
    expect(updates.map((update) => validateUpdate(update, rules).ok)).toEqual([true, false, false, false]);
  });

  it("is rejected with clients in ascending order, because merged updates would lose text", () => {
    const { doc, rules } = createSharedDocument();
    const letter = { kind: "text" as const, text: "x", origin: null, rightOrigin: null };
    const blocks = [9, own].map((client) => ({ client, clock: rules.getClock(client), structs: [letter] }));
    const [descending, ascending] = [encodeUpdate(blocks), encodeUpdate(blocks.toReversed())];
    const length = (update: Uint8Array) => {
      const merged = Y.mergeUpdates([Y.encodeStateAsUpdate(doc), update]);
      return getText(createYDoc([merged])).length;
    };
    expect([length(descending), length(ascending)]).toEqual([
      getText(doc).length + 2,
      getText(doc).length + 1,
    ]);
    expect(validateUpdate(descending, rules).ok).toBe(true);
    expect(validateUpdate(ascending, rules)).toEqual({ ok: false, problem: "malformed" });
  });

  it("is rejected with a clock far in the future", () => {
    const { rules } = createSharedDocument();
    const future = Uint8Array.from([1, 1, own, 5, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0]);
    expect(validateUpdate(future, rules)).toEqual({ ok: false, problem: "malformed" });
  });

  it("is rejected under a client id assigned by the server", () => {
    const { doc, rules } = createSharedDocument();
    const update = encodeChange(firstServerClientId, doc, (text) => text.insert(0, "forged"));
    expect(validateUpdate(update, rules)).toEqual({ ok: false, problem: "foreignClient" });
  });

  it("is rejected with too many client ids", () => {
    const { doc, rules } = createSharedDocument();
    const replica = createYDoc([Y.encodeStateAsUpdate(doc)]);
    for (let client = 100; client <= 1100; client += 1) {
      replica.clientID = client;
      getText(replica).insert(0, "x");
    }
    const update = Y.encodeStateAsUpdate(replica, Y.encodeStateVector(doc));
    expect(validateUpdate(update, rules)).toEqual({ ok: false, problem: "malformed" });
  });

  it("is rejected with trailing bytes", () => {
    const { doc, rules } = createSharedDocument();
    const update = encodeChange(own, doc, (text) => text.insert(5, "new"));
    expect(validateUpdate(Uint8Array.from([...update, 0]), rules)).toEqual({
      ok: false,
      problem: "malformed",
    });
  });

  it("is rejected if it is empty", () => {
    expect(validateUpdate(Uint8Array.from([0, 0]), createSharedDocument().rules)).toEqual({
      ok: false,
      problem: "empty",
    });
  });

  it.each([
    ["another shared type", (_: Y.Text, doc: Y.Doc) => doc.getMap("settings").set("key", "value")],
    [
      "elements nested a thousand levels deep",
      (text: Y.Text) => {
        let parent = new Y.XmlElement("b");
        text.insertEmbed(0, parent);
        for (let depth = 1; depth < 1000; depth += 1) {
          const child = new Y.XmlElement("b");
          parent.insert(0, [child]);
          parent = child;
        }
      },
    ],
    ["a subdocument", (_: Y.Text, doc: Y.Doc) => doc.getMap("other").set("sub", new Y.Doc())],
    ["another text", (_: Y.Text, doc: Y.Doc) => doc.getText("other").insert(0, "x")],
    ["formatting", (text: Y.Text) => text.format(0, 3, { bold: true })],
    ["an embedded object", (text: Y.Text) => text.insertEmbed(0, { image: "x" })],
    ["a NUL character", (text: Y.Text) => text.insert(0, "a\0b")],
  ])("is rejected if it contains %s", (_name, change) => {
    const { doc, rules } = createSharedDocument();
    expect(validateUpdate(encodeChange(own, doc, change), rules)).toEqual({
      ok: false,
      problem: "malformed",
    });
  });

  it("is rejected with deletions in reverse order", () => {
    const { doc, rules } = createSharedDocument();
    const [client, length] = [...Y.decodeStateVector(Y.encodeStateVector(doc))][0] ?? [0, 0];
    expect(length).toBeGreaterThan(1);
    const remove = (...clocks: number[]) =>
      encodeUpdate([], [{ client, ranges: clocks.map((clock) => ({ clock, length: 1 })) }]);
    expect(validateUpdate(remove(0, 1), rules).ok).toBe(true);
    expect(validateUpdate(remove(1, 0), rules)).toEqual({ ok: false, problem: "malformed" });
  });

  it("is rejected in the V2 encoding", () => {
    const { doc, rules } = createSharedDocument();
    const replica = createYDoc([Y.encodeStateAsUpdate(doc)]);
    replica.clientID = own;
    getText(replica).insert(0, "new");
    const update = Y.encodeStateAsUpdateV2(replica, Y.encodeStateVector(doc));
    expect(validateUpdate(update, rules).ok).toBe(false);
  });

  it("is rejected if it is garbage that would damage the document", () => {
    const { doc, rules } = createSharedDocument();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (garbage) => {
        if (!validateUpdate(garbage, rules).ok) return;
        const replica = createYDoc([Y.encodeStateAsUpdate(doc)]);
        Y.applyUpdate(replica, garbage);
        expect(replica.store.pendingStructs).toBeNull();
        expect([...replica.share.keys()]).toEqual(["content"]);
      }),
      { numRuns: 2000 },
    );
  });
});
