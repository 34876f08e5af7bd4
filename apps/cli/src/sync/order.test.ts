import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { orderSteps } from "./order.ts";
import type { Kind, LocalFile, RemoteEntry, Step } from "./plan.ts";

const toKey = (path: string) => path;
const createMove = (
  side: "here" | "there",
  id: string,
  from: string,
  path: string,
  kind: Kind = "file",
): Step => ({
  type: "update",
  kind,
  id,
  from: side === "here" ? from : path,
  path,
  move: side,
  text: null,
  matchesRemote: true,
});
const createLocal = (...paths: string[]): LocalFile[] =>
  paths.map((path) => ({ kind: "file", path, hash: path }));
const createRemote = (...entries: [string, string][]): RemoteEntry[] =>
  entries.map(([id, path]) => ({ kind: "file", id, path, version: 0, hash: path }));

describe("orderSteps", () => {
  test("orders a step after the steps that free its path, parents and children on its side", () => {
    const steps = [
      createMove("here", "1", "a", "b"),
      createMove("here", "2", "b", "c"),
      { type: "remove", kind: "file", id: "3", path: "c", side: "here" } as const,
      { type: "download", kind: "file", id: "4", path: "a/inside" } as const,
    ];
    const ordered = orderSteps(steps, { local: createLocal("a", "b", "c"), remote: [], keyOf: toKey });
    expect(ordered.map(({ after }) => after)).toEqual([[steps[1]], [steps[2]], [], [steps[0]]]);
    expect(ordered.some(({ stepsAside, swaps }) => stepsAside || swaps)).toBe(false);
  });

  test("breaks a cycle with a temporary name in the folder, and with a swap in the workspace", () => {
    const here = [
      createMove("here", "1", "a", "b"),
      createMove("here", "2", "b", "c"),
      createMove("here", "3", "c", "a"),
    ];
    const aside = orderSteps(here, { local: createLocal("a", "b", "c"), remote: [], keyOf: toKey });
    expect(aside.filter(({ stepsAside }) => stepsAside)).toHaveLength(1);
    const there = [createMove("there", "1", "a", "b"), createMove("there", "2", "b", "a")];
    const exchanged = orderSteps(there, {
      local: [],
      remote: createRemote(["1", "a"], ["2", "b"]),
      keyOf: toKey,
    });
    expect(exchanged.every(({ swaps }) => swaps)).toBe(true);
  });

  test("keeps a new file at the target of a step under another name", () => {
    const steps: Step[] = [
      { type: "download", kind: "file", id: "1", path: "a" },
      { type: "upload", kind: "file", path: "a", restores: null },
    ];
    const ordered = orderSteps(steps, { local: createLocal("a"), remote: [], keyOf: toKey });
    expect(ordered.map(({ displaces }) => displaces)).toEqual([true, false]);
  });

  test("never creates a deadlock, even with long chains", () => {
    const paths = Array.from({ length: 12 }, (_, index) => `p${index}`);
    fc.assert(
      fc.property(fc.shuffledSubarray(paths, { minLength: 12 }), (goals) => {
        const steps = paths.map((path, index) => createMove("here", path, path, goals[index] ?? path));
        const ordered = orderSteps(steps, { local: createLocal(...paths), remote: [], keyOf: toKey });
        const done = new Set<Step>();
        for (let left = ordered; left.length > 0;) {
          const ready = left.filter(({ after }) => after.every((step) => done.has(step)));
          expect(ready.length).toBeGreaterThan(0);
          for (const { step } of ready) done.add(step);
          left = left.filter(({ step }) => !done.has(step));
        }
      }),
    );
    const chain = Array.from({ length: 30_000 }, (_, index) =>
      createMove("here", `${index}`, `c${index}`, `c${index + 1}`),
    );
    expect(orderSteps(chain, { local: [], remote: [], keyOf: toKey })).toHaveLength(30_000);
  });
});
