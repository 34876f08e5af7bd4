import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createPositions, maxPositionLength } from "./position.ts";

const isAscending = (positions: readonly string[]) =>
  positions.every((position, index) => index === 0 || (positions[index - 1] ?? "") < position);

describe("positions", () => {
  it("are between their neighbors, in ascending order, wherever items are inserted", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.nat({ max: 1000 }), count: fc.integer({ min: 1, max: 40 }) }), {
          maxLength: 60,
        }),
        (inserts) => {
          const positions: string[] = [];
          for (const { at, count } of inserts) {
            const index = at % (positions.length + 1);
            const created = createPositions(positions[index - 1] ?? null, positions[index] ?? null, count);
            expect(created).toHaveLength(count);
            positions.splice(index, 0, ...created);
          }
          expect(isAscending(positions)).toBe(true);
          expect(positions.filter((position) => !/^[0-9A-Za-z]*[1-9A-Za-z]$/.test(position))).toEqual([]);
        },
      ),
    );
  });

  it.each([
    ["first", (list: string[]) => list.unshift(...createPositions(null, list[0] ?? null, 1))],
    ["last", (list: string[]) => list.push(...createPositions(list.at(-1) ?? null, null, 1))],
  ])("stay short when 10,000 items are placed %s, one after another", (_, place) => {
    const positions = createPositions(null, null, 1);
    for (let count = 0; count < 10_000; count += 1) place(positions);
    expect(isAscending(positions)).toBe(true);
    expect(Math.max(...positions.map(({ length }) => length))).toBeLessThan(6);
  });

  it("leave room for hundreds of items at the same place", () => {
    const [first = "", last = ""] = createPositions(null, null, 2);
    let before = last;
    for (let count = 0; count < 250; count += 1) [before = ""] = createPositions(first, before, 1);
    expect(before.length).toBeLessThanOrEqual(maxPositionLength);
    expect(isAscending([first, before, last])).toBe(true);
  });

  it("are short for 10,000 items at once", () => {
    const positions = createPositions(null, null, 10_000);
    expect(isAscending(positions)).toBe(true);
    expect(Math.max(...positions.map(({ length }) => length))).toBeLessThan(5);
  });
});
