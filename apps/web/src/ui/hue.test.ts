import { describe, expect, it } from "vitest";

import { toHue, toHues } from "./hue.ts";

const ids = Array.from({ length: 20 }, (_, index) => `user-${index * 3}`);

describe("the colors of people who are shown together", () => {
  it("are different while there are enough, whatever their order", () => {
    const eight = ids.slice(0, 8);
    expect(new Set(eight.map(toHue)).size).toBeLessThan(8);
    expect(new Set(toHues(eight).values()).size).toBe(8);
    expect(toHues(eight.toReversed())).toEqual(toHues(eight));
  });

  it("are their own, except for a person whose color somebody else has", () => {
    const [first = "", second = ""] = ids.filter((id) => toHue(id) === toHue(ids[0] ?? ""));
    const other = ids.find((id) => toHue(id) === (toHue(first) + 1) % 8) ?? "";
    const colors = toHues([second, other, first]);
    expect(colors.get(first)).toBe(toHue(first));
    expect(colors.get(other)).toBe(toHue(other));
    expect([toHue(first), toHue(other)]).not.toContain(colors.get(second));
  });

  it("repeat when there are more people than colors", () => {
    expect(toHues(ids).size).toBe(20);
    expect(new Set(toHues(ids).values()).size).toBe(8);
  });
});
