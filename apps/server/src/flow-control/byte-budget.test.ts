import { expect, test } from "vitest";

import { createByteBudget } from "./byte-budget.ts";

test("a budget limits the bytes of each owner and of all owners", () => {
  const budget = createByteBudget({ perOwner: 10, total: 15 });
  const [one, two, other] = [budget.open("a"), budget.open("a"), budget.open("b")];
  expect([one.setBytes(6), two.setBytes(4), two.setBytes(5)]).toEqual([true, true, false]);
  expect(budget.usedBytes).toBe(11);
  two.close();
  expect([other.setBytes(9), other.setBytes(10)]).toEqual([true, false]);
  one.close();
  expect([other.setBytes(10), budget.usedBytes]).toEqual([true, 10]);
});
