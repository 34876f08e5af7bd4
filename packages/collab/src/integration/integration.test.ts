import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";

import { applyUpdates } from "../apply.ts";
import { createYDoc, getText } from "../document.ts";
import {
  createOddUpdate,
  encodeContested,
  encodePrepended,
  encodeUpdate,
  type Id,
} from "../testing/index.ts";
import { validateUpdate } from "../validate-update.ts";
import { countSteps, IntegrationLimitError, originalIntegrate } from "./integrate.ts";
import { hasAdjacentNeighbors, withTrial } from "./trial.ts";

const countingIntegrate = Y.Item.prototype.integrate;

function runUnpatched<Result>(run: () => Result): Result {
  Y.Item.prototype.integrate = originalIntegrate;
  try {
    return run();
  } finally {
    Y.Item.prototype.integrate = countingIntegrate;
  }
}

const clients = [3, 5, 8, 13];
const getClocks = (doc: Y.Doc) => new Map(clients.map((client) => [client, Y.getState(doc.store, client)]));
const createRules = (doc: Y.Doc) => ({
  getClock: (client: number) => Y.getState(doc.store, client),
  isOwnClientId: () => true,
});
/** Encodes the complete state of a document, including deleted structs. */
const encodeStructs = (doc: Y.Doc) => Buffer.from(Y.encodeStateAsUpdate(doc)).toString("hex");
const readText = (doc: Y.Doc) => getText(doc).toJSON();

const createLongDocument = (length: number) => {
  const doc = createYDoc([]);
  doc.clientID = 3;
  getText(doc).insert(0, "a".repeat(length));
  return doc;
};

describe("integrating structs", () => {
  it("patches the imported Yjs", () => {
    expect(countingIntegrate).not.toBe(originalIntegrate);
  });

  it("counts the items that conflict resolution compares, and stops at a limit", () => {
    const update = encodeContested(300);
    expect(countSteps(Infinity, () => Y.applyUpdate(new Y.Doc(), update))).toBeGreaterThan(300 * 298);
    expect(() => countSteps(1000, () => Y.applyUpdate(new Y.Doc(), update))).toThrow(IntegrationLimitError);
  });

  it("takes no steps for sequential edits", () => {
    const doc = createYDoc([]);
    for (let n = 0; n < 200; n += 1) getText(doc).insert(n % 7, "word ");
    const update = Y.encodeStateAsUpdate(doc);
    expect(countSteps(Infinity, () => Y.applyUpdate(new Y.Doc(), update))).toBe(0);
  });

  it("results in the same order as unpatched Yjs for any applicable updates in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2 ** 31 }), { minLength: 4, maxLength: 14 }), (seeds) => {
        const doc = createYDoc([]);
        const updates: Uint8Array[] = [];
        for (const seed of seeds) {
          const [update] = fc.sample(createOddUpdate(getClocks(doc)), { seed, numRuns: 1 });
          const checked = update && validateUpdate(update, createRules(doc));
          if (!checked?.ok || !withTrial(doc, (trial) => trial.attempt(checked, Infinity)).ok) continue;
          Y.applyUpdate(doc, checked.update);
          updates.push(checked.update);
        }
        const state = Y.encodeStateAsUpdate(doc);
        const orders = [updates, updates.toReversed(), [state]];
        for (const order of orders) {
          const [one, other] = [createYDoc(order), runUnpatched(() => createYDoc(order))];
          expect(encodeStructs(one)).toBe(encodeStructs(other));
          expect(readText(one)).toBe(readText(other));
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe("applying an update that splits a text into many pieces", () => {
  it("has the same result as Yjs, even after a trial", () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat(4), fc.constantFrom("x", "漢", "👩", "")), {
      minLength: 150,
      maxLength: 600,
    });
    fc.assert(
      fc.property(edits, edits, (earlier, later) => {
        const base = createLongDocument(2000);
        getText(base).insert(1000, "👩".repeat(500));
        const writer = createYDoc([Y.encodeStateAsUpdate(base)]);
        const write = (clientId: number, changes: typeof earlier): Uint8Array => {
          const before = Y.encodeStateVector(writer);
          writer.clientID = clientId;
          writer.transact(() => {
            for (const [position, remove, insert] of changes) {
              const at = position % getText(writer).length;
              getText(writer).delete(at, Math.min(remove, getText(writer).length - at));
              getText(writer).insert(at, insert);
            }
          });
          return Y.encodeStateAsUpdate(writer, before);
        };
        const updates = [write(5, earlier), write(8, later), write(5, earlier.toReversed())];
        const [one, other] = [base, createYDoc([Y.encodeStateAsUpdate(base)])];
        for (const update of updates) {
          const checked = validateUpdate(update, createRules(one));
          if (!checked.ok) throw new Error(checked.problem);
          const before = encodeStructs(one);
          expect(withTrial(one, (trial) => trial.attempt(checked, Infinity)).ok).toBe(true);
          expect(encodeStructs(one)).toBe(before);
          applyUpdates(one, [update]);
          runUnpatched(() => Y.applyUpdate(other, update));
          expect(encodeStructs(one)).toBe(encodeStructs(other));
          expect(readText(one)).toBe(readText(other));
          expect(getText(one).length).toBe(getText(other).length);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("a trial", () => {
  /** Applies one odd update per seed to a document, and compares each trial with the result of Yjs. */
  function tryOddUpdates(seeds: readonly number[], outcomes = { fits: 0, refused: 0, pending: 0 }): void {
    const doc = createYDoc([]);
    getText(doc).insert(0, "👩‍🚀 of text");
    const log = [Y.encodeStateAsUpdate(doc)];
    for (const seed of seeds) {
      const [update] = fc.sample(createOddUpdate(getClocks(doc)), { seed, numRuns: 1 });
      const checked = update && validateUpdate(update, createRules(doc));
      if (!checked?.ok) continue;
      const before = { structs: encodeStructs(doc), text: readText(doc), length: getText(doc).length };
      const outcome = withTrial(doc, (trial) => trial.attempt(checked, Infinity));
      expect({ structs: encodeStructs(doc), text: readText(doc), length: getText(doc).length }).toEqual(
        before,
      );
      const copy = createYDoc(log);
      if (outcome.ok) {
        outcomes.fits += 1;
        Y.applyUpdate(copy, checked.update);
        Y.applyUpdate(doc, checked.update);
        log.push(checked.update);
        expect(copy.store.pendingStructs).toBeNull();
        expect(copy.store.pendingDs).toBeNull();
        expect(encodeStructs(copy)).toBe(encodeStructs(doc));
      } else {
        outcomes[outcome.problem === "gap" ? "pending" : "refused"] += 1;
        if (outcome.problem !== "gap") continue;
        Y.applyUpdate(copy, checked.update);
        expect(copy.store.pendingStructs).not.toBeNull();
      }
    }
    for (const updates of [log, log.toReversed(), [Y.encodeStateAsUpdate(doc)], [Y.mergeUpdates(log)]]) {
      expect(readText(createYDoc(updates))).toBe(readText(doc));
    }
  }

  it("predicts the result of Yjs in any order, and leaves the document unchanged", () => {
    const outcomes = { fits: 0, refused: 0, pending: 0 };
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2 ** 31 }), { minLength: 3, maxLength: 10 }), (seeds) =>
        tryOddUpdates(seeds, outcomes),
      ),
      { numRuns: 500 },
    );
    expect(outcomes.fits).toBeGreaterThan(100);
    expect(outcomes.pending).toBeGreaterThan(0);
  });

  it("predicts the result of Yjs for letters between halves of an emoji", () =>
    tryOddUpdates([2_025_892_175, 508_121_521, 0, 0]));

  it.each<[string, Id | null, Id | null]>([
    ["before its left one", { client: 3, clock: 2 }, { client: 3, clock: 1 }],
    ["its left one", { client: 3, clock: 2 }, { client: 3, clock: 2 }],
    ["separated by an older letter of the neighbor's author", null, { client: 3, clock: 1 }],
    ["separated by a letter of the same author", { client: 3, clock: 3 }, null],
    ["separated by the left neighbor of a neighbor", { client: 3, clock: 2 }, { client: 9, clock: 0 }],
  ])("rejects a letter whose right neighbor is %s", (_name, origin, rightOrigin) => {
    const doc = createYDoc([]);
    doc.clientID = 3;
    getText(doc).insert(0, "abcd");
    doc.clientID = 5;
    getText(doc).insert(4, "e");
    doc.clientID = 9;
    getText(doc).insert(4, "f");
    const letter = { kind: "text" as const, text: "x", origin, rightOrigin };
    const checked = validateUpdate(
      encodeUpdate([{ client: 5, clock: 1, structs: [letter] }]),
      createRules(doc),
    );
    if (!checked.ok) throw new Error(checked.problem);
    const before = encodeStructs(doc);
    const outcome = withTrial(doc, (trial) => trial.attempt(checked, Infinity));
    expect(outcome).toEqual({ ok: false, problem: "malformed" });
    expect(encodeStructs(doc)).toBe(before);
  });

  it("takes no steps for edits of an up-to-date replica, whose neighbors are adjacent", () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom("x", "漢", "👩", "ab", "")), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(edits, (changes) => {
        const [doc, replica] = [createYDoc([]), createYDoc([])];
        replica.on("update", (update: Uint8Array) => {
          const { structs } = Y.decodeUpdate(update);
          expect(
            structs.every((struct) => struct instanceof Y.Item && hasAdjacentNeighbors(doc, struct)),
          ).toBe(true);
          expect(countSteps(0, () => Y.applyUpdate(doc, update))).toBe(0);
        });
        for (const [index, [position, remove, insert]] of changes.entries()) {
          replica.clientID = clients[index % clients.length] ?? 1;
          const at = position % (getText(replica).length + 1);
          getText(replica).delete(at, Math.min(remove, getText(replica).length - at));
          getText(replica).insert(at, insert);
        }
        expect(readText(doc)).toBe(readText(replica));
      }),
    );
  });

  it("rejects a cycle of two letters that each follow the other", () => {
    const doc = createYDoc([]);
    const after = (client: number) => ({
      kind: "text" as const,
      text: "x",
      origin: { client, clock: 0 },
      rightOrigin: null,
    });
    const update = encodeUpdate([
      { client: 5, clock: 0, structs: [after(3)] },
      { client: 3, clock: 0, structs: [after(5)] },
    ]);
    const checked = validateUpdate(update, createRules(doc));
    if (!checked.ok) throw new Error(checked.problem);
    const outcome = withTrial(doc, (trial) => trial.attempt(checked, Infinity));
    expect(outcome).toEqual({ ok: false, problem: "gap" });
    expect(doc.store.clients.size).toBe(0);
  });

  it("rejects updates that take too many steps, within the step limit", () => {
    const doc = createYDoc([encodePrepended(3, 2000)]);
    const before = encodeStructs(doc);
    const checked = validateUpdate(encodePrepended(5, 2000), createRules(doc));
    if (!checked.ok) throw new Error(checked.problem);
    const steps = countSteps(Infinity, () => {
      const outcome = withTrial(doc, (trial) => trial.attempt(checked, 10_000));
      expect(outcome).toEqual({ ok: false, problem: "tooCostly" });
    });
    expect(steps).toBeLessThanOrEqual(10_001);
    expect(encodeStructs(doc)).toBe(before);
  });

  it("rejects many deletions that each merge two structs of a long list", () => {
    const doc = createLongDocument(120_000);
    const remove = (clocks: number[]) =>
      encodeUpdate([], [{ client: 3, ranges: clocks.map((clock) => ({ clock, length: 1 })) }]);
    const clocks = Array.from({ length: 30_000 }, (_, n) => 4 * n);
    applyUpdates(doc, [remove(clocks)]);
    const attempt = (update: Uint8Array) => {
      const checked = validateUpdate(update, createRules(doc));
      if (!checked.ok) throw new Error(checked.problem);
      return withTrial(doc, (trial) => trial.attempt(checked, Infinity));
    };
    const next = clocks.map((clock) => clock + 1);
    expect(attempt(remove(next))).toEqual({ ok: false, problem: "tooCostly" });
    expect(attempt(remove(next.slice(0, 1000))).ok).toBe(true);
    expect(attempt(remove(clocks.map((clock) => clock + 2))).ok).toBe(true);
  });

  it("accepts 20,000 replacements of letters throughout a text", () => {
    const doc = createLongDocument(50_000);
    const copy = createYDoc([Y.encodeStateAsUpdate(doc)]);
    copy.clientID = 5;
    const before = Y.encodeStateVector(doc);
    const clocks = Array.from({ length: 20_000 }, (_, n) => (n * 7919) % 50_000);
    copy.transact(() => {
      for (const at of clocks) {
        getText(copy).delete(at, 1);
        getText(copy).insert(at, "x");
      }
    });
    const update = Y.encodeStateAsUpdate(copy, before);
    const checked = validateUpdate(update, createRules(doc));
    if (!checked.ok) throw new Error(checked.problem);
    expect(withTrial(doc, (trial) => trial.attempt(checked, 2_000_000)).ok).toBe(true);
    applyUpdates(doc, [update]);
    expect(readText(doc)).toBe(readText(copy));
  });

  it("restores a surrogate pair split by an update", () => {
    const doc = createYDoc([]);
    doc.clientID = 3;
    getText(doc).insert(0, "a👩b");
    const letter = { kind: "text" as const, text: "x", origin: { client: 3, clock: 1 }, rightOrigin: null };
    const update = encodeUpdate([{ client: 5, clock: 0, structs: [letter] }]);
    const checked = validateUpdate(update, createRules(doc));
    if (!checked.ok) throw new Error(checked.problem);
    expect(withTrial(doc, (trial) => trial.attempt(checked, Infinity)).ok).toBe(true);
    expect(readText(doc)).toBe("a👩b");
  });
});
