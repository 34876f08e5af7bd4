import { expect, test } from "vitest";

import { createByteBudget } from "./byte-budget.ts";

test("a budget sums up what one owner holds, and what all do", () => {
  const budget = createByteBudget({ perOwner: 10, total: 15 });
  const [one, two, other] = [budget.open("a"), budget.open("a"), budget.open("b")];
  expect([one.hold(6), two.hold(4), two.hold(5)]).toEqual([true, true, false]);
  expect(budget.held).toBe(11);
  two.close();
  expect([other.hold(9), other.hold(10)]).toEqual([true, false]);
  one.close();
  expect([other.hold(10), budget.held]).toEqual([true, 10]);
});
