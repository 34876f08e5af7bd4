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

const plan = ({ agreed = {}, removed = {}, local = [], remote = [], unreadable = [] }: Given): Step[] =>
  planSteps({
    base: new Map(Object.entries(agreed)),
    removed: new Map(Object.entries(removed)),
    local,
    remote,
    isUnreadable: (path) => unreadable.includes(path),
    toPathKey: (path) => path,
  });

const kind = "document" as const;
const createBase = (path: string, version = 1, hash = path): BaseState => ({ kind, path, version, hash });
const createFile = (path: string, hash = path): LocalFile => ({ kind, path, hash });
const createDocument = (id: string, path: string, version = 1, hash: string | null = path): RemoteEntry => ({
  kind,
  id,
  path,
  version,
  hash,
});
/** The new path of each file by ID. */
const listMoves = (steps: readonly Step[]) =>
  Object.fromEntries(steps.flatMap((step) => (step.type === "update" ? [[step.id, step.path]] : [])));

describe("planSteps", () => {
  test("returns no steps if neither side changed", () => {
    expect(
      plan({
        agreed: { 1: createBase("a.md") },
        local: [createFile("a.md")],
        remote: [createDocument("1", "a.md")],
      }),
    ).toEqual([]);
  });

  test("sends a text changed on both sides, for the server to merge", () => {
    const steps = plan({
      agreed: { 1: createBase("a.md") },
      local: [createFile("a.md", "changed")],
      remote: [createDocument("1", "a.md", 2, "other")],
    });
    expect(steps).toMatchObject([{ type: "update", from: "a.md", path: "a.md", move: null, text: "send" }]);
    expect(filterByDirection("here", steps)).toEqual([]);
  });

  test("recognizes a moved file by its text, preferably with the same name", () => {
    const steps = plan({
      agreed: { 1: createBase("a.md", 1, "same"), 2: createBase("b.md", 1, "same") },
      local: [createFile("x/b.md", "same"), createFile("x/a.md", "same")],
      remote: [createDocument("1", "a.md", 1, "same"), createDocument("2", "b.md", 1, "same")],
    });
    expect(listMoves(steps)).toEqual({ 1: "x/a.md", 2: "x/b.md" });
  });

  test("recognizes a file moved on both sides even if its old path is taken", () => {
    const steps = plan({
      agreed: { 1: createBase("a.md"), 2: createBase("b.md"), 3: createBase("c.md") },
      // The names were rotated; then b.md was overwritten in the folder.
      local: [createFile("a.md", "b.md"), createFile("b.md", "new"), createFile("c.md", "a.md")],
      remote: [
        createDocument("1", "c.md", 1, "a.md"),
        createDocument("2", "a.md", 1, "b.md"),
        createDocument("3", "b.md", 1, "c.md"),
      ],
    });
    expect(listMoves(steps)).toEqual({ 1: "c.md", 2: "a.md" });
    expect(steps).toContainEqual({ type: "remove", kind, id: "3", path: "b.md", side: "there" });
    expect(steps).toContainEqual({ type: "upload", kind, path: "b.md", restores: null });
  });

  test("follows names shifted or swapped in the folder", () => {
    const remote = [createDocument("1", "a.md"), createDocument("2", "b.md"), createDocument("3", "c.md")];
    const three = { 1: createBase("a.md"), 2: createBase("b.md"), 3: createBase("c.md") };
    const shifted = [createFile("b.md", "a.md"), createFile("c.md", "b.md"), createFile("d.md", "c.md")];
    expect(listMoves(plan({ agreed: three, local: shifted, remote }))).toEqual({
      1: "b.md",
      2: "c.md",
      3: "d.md",
    });
    const circle = [createFile("b.md", "a.md"), createFile("c.md", "b.md"), createFile("a.md", "c.md")];
    const steps = plan({ agreed: three, local: circle, remote });
    expect(listMoves(steps)).toEqual({ 1: "b.md", 2: "c.md", 3: "a.md" });
    expect(steps.every((step) => step.type === "update" && step.text === null)).toBe(true);
  });

  test("treats a copy as a new file, and its changed original as the document", () => {
    const steps = plan({
      agreed: { 1: createBase("a.md") },
      local: [createFile("a.md", "changed"), createFile("copy.md", "a.md")],
      remote: [createDocument("1", "a.md")],
    });
    expect(steps).toMatchObject([
      { type: "update", id: "1", path: "a.md", move: null, text: "send" },
      { type: "upload", path: "copy.md" },
    ]);
  });

  test("restores deleted files by bytes or path", () => {
    const removed = {
      1: createBase("a.md", 1, "a"),
      2: createBase("b.md", 1, "b"),
      3: createBase("c.md", 1, "c"),
    };
    const local = [
      createFile("b.md", "changed"),
      createFile("elsewhere.md", "a"),
      createFile("c.md", "c"),
      createFile("d.md", "d"),
    ];
    const restored = plan({ removed, local }).map(
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
    const one = { 1: createBase("a.md") };
    const commented = [createDocument("1", "a.md", 7)];
    expect(plan({ agreed: one, remote: commented })).toMatchObject([{ type: "remove", side: "there" }]);
    const typing = [createDocument("1", "a.md", 7, null)];
    expect(plan({ agreed: one, remote: typing })).toMatchObject([{ type: "download" }]);
  });

  test("keeps the workspace's path of a file moved on both sides", () => {
    const steps = plan({
      agreed: { 1: createBase("a.md", 1, "text") },
      local: [createFile("here.md", "text")],
      remote: [createDocument("1", "there.md", 2, "other")],
    });
    expect(steps).toMatchObject([
      { type: "update", from: "here.md", path: "there.md", move: "here", text: "fetch" },
    ]);
  });

  test("returns no step for an unreadable file", () => {
    const given = { agreed: { 1: createBase("a.md") }, unreadable: ["a.md"] };
    expect(plan({ ...given, remote: [createDocument("1", "a.md", 2, "other")] })).toEqual([]);
    expect(plan(given)).toEqual([]);
  });

  test("deletes only files unchanged on the other side", () => {
    const one = { 1: createBase("a.md") };
    expect(plan({ agreed: one, remote: [createDocument("1", "a.md")] })).toMatchObject([
      { type: "remove", side: "there" },
    ]);
    expect(plan({ agreed: one, remote: [createDocument("1", "a.md", 2, "other")] })).toMatchObject([
      { type: "download" },
    ]);
    expect(plan({ agreed: one, local: [createFile("a.md")] })).toMatchObject([
      { type: "remove", side: "here" },
    ]);
    expect(plan({ agreed: one, local: [createFile("a.md", "new")] })).toMatchObject([{ type: "restore" }]);
    expect(plan({ agreed: one })).toEqual([{ type: "untrack", kind, id: "1" }]);
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
        const steps = plan(given);
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
