import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type Agreed, type LocalFile, plan, type RemoteDocument, type Step, towards } from "./plan.ts";

interface Given {
  agreed?: Record<string, Agreed>;
  local?: LocalFile[];
  remote?: RemoteDocument[];
  unreadable?: string[];
}

const planned = ({ agreed = {}, local = [], remote = [], unreadable = [] }: Given): Step[] =>
  plan({
    agreed: new Map(Object.entries(agreed)),
    local,
    remote,
    isUnreadable: (path) => unreadable.includes(path),
    keyOf: (path) => path,
  });

const agreed = (path: string, version = 1, hash = path): Agreed => ({ path, version, hash });
const file = (path: string, hash = path): LocalFile => ({ path, hash });
const document = (id: string, path: string, version = 1): RemoteDocument => ({ id, path, version });

describe("a plan", () => {
  test("does nothing where both sides are as they were", () => {
    expect(
      planned({ agreed: { 1: agreed("a.md") }, local: [file("a.md")], remote: [document("1", "a.md")] }),
    ).toEqual([]);
  });

  test("sends a text that both sides have changed: the server merges it", () => {
    const steps = planned({
      agreed: { 1: agreed("a.md") },
      local: [file("a.md", "changed")],
      remote: [document("1", "a.md", 2)],
    });
    expect(steps).toEqual([
      { kind: "update", id: "1", from: "a.md", path: "a.md", move: null, text: "send" },
    ]);
    expect(towards("here", steps)).toEqual([]);
  });

  test("knows a file that was moved by its text, best by its name", () => {
    const steps = planned({
      agreed: { 1: agreed("a.md", 1, "same"), 2: agreed("b.md", 1, "same") },
      local: [file("x/b.md", "same"), file("x/a.md", "same")],
      remote: [document("1", "a.md"), document("2", "b.md")],
    });
    expect(steps.map((step) => step.kind === "update" && [step.from, step.path, step.move])).toEqual([
      ["x/a.md", "x/a.md", "there"],
      ["x/b.md", "x/b.md", "there"],
    ]);
  });

  test("lets the workspace's path hold where both sides have moved a file", () => {
    const steps = planned({
      agreed: { 1: agreed("a.md", 1, "text") },
      local: [file("here.md", "text")],
      remote: [document("1", "there.md", 2)],
    });
    expect(steps).toEqual([
      { kind: "update", id: "1", from: "here.md", path: "there.md", move: "here", text: "fetch" },
    ]);
  });

  test("leaves alone what belongs to a file that can't be read", () => {
    const given = { agreed: { 1: agreed("a.md") }, unreadable: ["a.md"] };
    expect(planned({ ...given, remote: [document("1", "a.md", 2)] })).toEqual([]);
    expect(planned(given)).toEqual([]);
  });

  test("deletes only what the other side has left as it was", () => {
    const one = { 1: agreed("a.md") };
    expect(planned({ agreed: one, remote: [document("1", "a.md")] })).toMatchObject([
      { kind: "remove", side: "there" },
    ]);
    expect(planned({ agreed: one, remote: [document("1", "a.md", 2)] })).toMatchObject([{ kind: "take" }]);
    expect(planned({ agreed: one, local: [file("a.md")] })).toMatchObject([{ kind: "remove", side: "here" }]);
    expect(planned({ agreed: one, local: [file("a.md", "new")] })).toMatchObject([{ kind: "revive" }]);
    expect(planned({ agreed: one })).toEqual([{ kind: "forget", id: "1" }]);
  });

  test("names every file and every document at most once, whatever the situation is", () => {
    const path = fc.constantFrom("a.md", "b.md", "x/a.md", "x/c.md");
    const hash = fc.constantFrom("1", "2", "3");
    const id = fc.constantFrom("i", "j", "k");
    const situation = fc.record({
      agreed: fc
        .dictionary(id, fc.record({ path, version: fc.integer({ min: 1, max: 3 }), hash }))
        .filter((all) => new Set(Object.values(all).map((one) => one.path)).size === Object.keys(all).length),
      local: fc.uniqueArray(fc.record({ path, hash }), { selector: (one) => one.path }),
      remote: fc.uniqueArray(fc.record({ id, path, version: fc.integer({ min: 1, max: 3 }) }), {
        selector: (one) => one.id,
      }),
    });
    fc.assert(
      fc.property(situation, (given) => {
        const steps = planned(given);
        const ids = steps.flatMap((step) => ("id" in step ? [step.id] : []));
        expect(new Set(ids).size).toBe(ids.length);
        const read = steps.flatMap((step) =>
          step.kind === "update"
            ? [step.from]
            : step.kind === "add" || step.kind === "meet"
              ? [step.path]
              : [],
        );
        expect(new Set(read).size).toBe(read.length);
        // A file whose text was changed or is new never goes away by a plan.
        for (const step of steps) {
          if (step.kind !== "remove" || step.side !== "here") continue;
          expect(given.local.find((one) => one.path === step.path)?.hash).toBe(given.agreed[step.id]?.hash);
        }
      }),
    );
  });
});
