import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  type BaseState,
  type LocalFile,
  planSteps,
  type RemoteEntry,
  type Step,
  filterByDirection,
} from "./plan.ts";

interface Given {
  agreed?: Record<string, BaseState>;
  removed?: Record<string, BaseState>;
  local?: LocalFile[];
  remote?: RemoteEntry[];
  unreadable?: string[];
}

const planned = ({ agreed = {}, removed = {}, local = [], remote = [], unreadable = [] }: Given): Step[] =>
  planSteps({
    base: new Map(Object.entries(agreed)),
    removed: new Map(Object.entries(removed)),
    local,
    remote,
    isUnreadable: (path) => unreadable.includes(path),
    toPathKey: (path) => path,
  });

const kind = "document" as const;
const agreed = (path: string, version = 1, hash = path): BaseState => ({ kind, path, version, hash });
const file = (path: string, hash = path): LocalFile => ({ kind, path, hash });
const document = (id: string, path: string, version = 1, hash: string | null = path): RemoteEntry => ({
  kind,
  id,
  path,
  version,
  hash,
});
/** The new path of each file by id. */
const movesIn = (steps: readonly Step[]) =>
  Object.fromEntries(steps.flatMap((step) => (step.type === "update" ? [[step.id, step.path]] : [])));

describe("planSteps", () => {
  test("returns no steps if neither side changed", () => {
    expect(
      planned({ agreed: { 1: agreed("a.md") }, local: [file("a.md")], remote: [document("1", "a.md")] }),
    ).toEqual([]);
  });

  test("sends a text changed on both sides, for the server to merge", () => {
    const steps = planned({
      agreed: { 1: agreed("a.md") },
      local: [file("a.md", "changed")],
      remote: [document("1", "a.md", 2, "other")],
    });
    expect(steps).toMatchObject([{ type: "update", from: "a.md", path: "a.md", move: null, text: "send" }]);
    expect(filterByDirection("here", steps)).toEqual([]);
  });

  test("recognizes a moved file by its text, preferably with the same name", () => {
    const steps = planned({
      agreed: { 1: agreed("a.md", 1, "same"), 2: agreed("b.md", 1, "same") },
      local: [file("x/b.md", "same"), file("x/a.md", "same")],
      remote: [document("1", "a.md", 1, "same"), document("2", "b.md", 1, "same")],
    });
    expect(movesIn(steps)).toEqual({ 1: "x/a.md", 2: "x/b.md" });
  });

  test("recognizes a file moved on both sides even if its old path is taken", () => {
    const steps = planned({
      agreed: { 1: agreed("a.md"), 2: agreed("b.md"), 3: agreed("c.md") },
      // The names were rotated; then b.md was overwritten in the folder.
      local: [file("a.md", "b.md"), file("b.md", "new"), file("c.md", "a.md")],
      remote: [
        document("1", "c.md", 1, "a.md"),
        document("2", "a.md", 1, "b.md"),
        document("3", "b.md", 1, "c.md"),
      ],
    });
    expect(movesIn(steps)).toEqual({ 1: "c.md", 2: "a.md" });
    expect(steps).toContainEqual({ type: "remove", kind, id: "3", path: "b.md", side: "there" });
    expect(steps).toContainEqual({ type: "upload", kind, path: "b.md", restores: null });
  });

  test("follows names shifted or swapped in the folder", () => {
    const remote = [document("1", "a.md"), document("2", "b.md"), document("3", "c.md")];
    const three = { 1: agreed("a.md"), 2: agreed("b.md"), 3: agreed("c.md") };
    const shifted = [file("b.md", "a.md"), file("c.md", "b.md"), file("d.md", "c.md")];
    expect(movesIn(planned({ agreed: three, local: shifted, remote }))).toEqual({
      1: "b.md",
      2: "c.md",
      3: "d.md",
    });
    const circle = [file("b.md", "a.md"), file("c.md", "b.md"), file("a.md", "c.md")];
    const steps = planned({ agreed: three, local: circle, remote });
    expect(movesIn(steps)).toEqual({ 1: "b.md", 2: "c.md", 3: "a.md" });
    expect(steps.every((step) => step.type === "update" && step.text === null)).toBe(true);
  });

  test("treats a copy as a new file, and its changed original as the document", () => {
    const steps = planned({
      agreed: { 1: agreed("a.md") },
      local: [file("a.md", "changed"), file("copy.md", "a.md")],
      remote: [document("1", "a.md")],
    });
    expect(steps).toMatchObject([
      { type: "update", id: "1", path: "a.md", move: null, text: "send" },
      { type: "upload", path: "copy.md" },
    ]);
  });

  test("restores deleted files by bytes or path", () => {
    const removed = { 1: agreed("a.md", 1, "a"), 2: agreed("b.md", 1, "b"), 3: agreed("c.md", 1, "c") };
    const local = [file("b.md", "changed"), file("elsewhere.md", "a"), file("c.md", "c"), file("d.md", "d")];
    const restored = planned({ removed, local }).map(
      (step) => step.type === "upload" && [step.path, step.restores],
    );
    expect(restored).toEqual([
      ["b.md", "2"],
      ["elsewhere.md", "1"],
      ["c.md", "3"],
      ["d.md", null],
    ]);
  });

  test("does not treat a comment as a change of the text", () => {
    const one = { 1: agreed("a.md") };
    const commented = [document("1", "a.md", 7)];
    expect(planned({ agreed: one, remote: commented })).toMatchObject([{ type: "remove", side: "there" }]);
    const typing = [document("1", "a.md", 7, null)];
    expect(planned({ agreed: one, remote: typing })).toMatchObject([{ type: "download" }]);
  });

  test("keeps the workspace's path of a file moved on both sides", () => {
    const steps = planned({
      agreed: { 1: agreed("a.md", 1, "text") },
      local: [file("here.md", "text")],
      remote: [document("1", "there.md", 2, "other")],
    });
    expect(steps).toMatchObject([
      { type: "update", from: "here.md", path: "there.md", move: "here", text: "fetch" },
    ]);
  });

  test("returns no step for an unreadable file", () => {
    const given = { agreed: { 1: agreed("a.md") }, unreadable: ["a.md"] };
    expect(planned({ ...given, remote: [document("1", "a.md", 2, "other")] })).toEqual([]);
    expect(planned(given)).toEqual([]);
  });

  test("deletes only files unchanged on the other side", () => {
    const one = { 1: agreed("a.md") };
    expect(planned({ agreed: one, remote: [document("1", "a.md")] })).toMatchObject([
      { type: "remove", side: "there" },
    ]);
    expect(planned({ agreed: one, remote: [document("1", "a.md", 2, "other")] })).toMatchObject([
      { type: "download" },
    ]);
    expect(planned({ agreed: one, local: [file("a.md")] })).toMatchObject([{ type: "remove", side: "here" }]);
    expect(planned({ agreed: one, local: [file("a.md", "new")] })).toMatchObject([{ type: "restore" }]);
    expect(planned({ agreed: one })).toEqual([{ type: "untrack", kind, id: "1" }]);
  });

  test("returns at most one step per file and document for any input", () => {
    const path = fc.constantFrom("a.md", "b.md", "x/a.md", "x/c.md");
    const hash = fc.constantFrom("1", "2", "3");
    const id = fc.constantFrom("i", "j", "k");
    const situation = fc.record({
      agreed: fc
        .dictionary(
          id,
          fc.record({ kind: fc.constant(kind), path, version: fc.integer({ min: 1, max: 3 }), hash }),
        )
        .filter((all) => new Set(Object.values(all).map((one) => one.path)).size === Object.keys(all).length),
      local: fc.uniqueArray(fc.record({ kind: fc.constant(kind), path, hash }), {
        selector: (one) => one.path,
      }),
      remote: fc.uniqueArray(
        fc.record({ kind: fc.constant(kind), id, path, version: fc.integer({ min: 1, max: 3 }), hash }),
        {
          selector: (one) => one.id,
        },
      ),
    });
    fc.assert(
      fc.property(situation, (given) => {
        const steps = planned(given);
        const ids = steps.flatMap((step) => ("id" in step ? [step.id] : []));
        expect(new Set(ids).size).toBe(ids.length);
        const read = steps.flatMap((step) =>
          step.type === "update"
            ? [step.from]
            : step.type === "upload" || step.type === "reconcile"
              ? [step.path]
              : [],
        );
        expect(new Set(read).size).toBe(read.length);
        // A plan never removes a new or changed file.
        for (const step of steps) {
          if (step.type !== "remove" || step.side !== "here") continue;
          expect(given.local.find((one) => one.path === step.path)?.hash).toBe(given.agreed[step.id]?.hash);
        }
      }),
    );
  });
});
