import { setImmediate } from "node:timers/promises";

import { AppError } from "@mdreader/api";
import { describe, expect, test } from "vitest";

import { createByteBudget } from "./byte-budget.ts";
import { createResponseBudget, type ResponseLimits, type ResponseSpace } from "./response-budget.ts";

const query: ResponseSpace = { kind: "query", slots: 1 };
const small: ResponseSpace = { kind: "mutation", slots: 0 };

/** A budget whose calls note their names when they run. */
function createBudget(limits: Partial<ResponseLimits> = {}) {
  const bytes = createByteBudget({ perOwner: 1000, total: 1000 });
  const usual = { maxUnreadBytes: 10, slots: 2, maxWaiting: 100, maxWaitMs: 60_000 };
  const budget = createResponseBudget(bytes, { ...usual, ...limits });
  const ran: string[] = [];
  const call = async (owner: string, name: string, space = query) => {
    const leave = await budget.reserve(owner, space);
    ran.push(name);
    return leave;
  };
  return { budget, bytes, ran, call };
}

describe("calls of one caller", () => {
  test("wait while the caller's unread responses are at the limit, and then run in order", async () => {
    const { budget, bytes, ran, call } = createBudget();
    const [one, two] = [budget.open("a"), budget.open("a")];
    one.setBytes(6);
    (await call("a", "below the limit"))();
    two.setBytes(4);
    void call("a", "first");
    void call("a", "second");
    void call("a", "small", small);
    await call("b", "other");
    await setImmediate();
    expect(ran).toEqual(["below the limit", "other"]);
    one.setBytes(5);
    await setImmediate();
    expect(ran).toEqual(["below the limit", "other", "first", "second", "small"]);
    one.close();
    two.close();
    expect(bytes.usedBytes).toBe(0);
  });

  test("share slots, which calls with small responses do not need", async () => {
    const { ran, call } = createBudget();
    const [leave] = [await call("a", "1"), await call("a", "2")];
    const [third, fourth] = [call("a", "3"), call("a", "4")];
    await call("a", "a mutation", { kind: "mutation", slots: 1 });
    await call("a", "small", small);
    expect(ran).toEqual(["1", "2", "a mutation", "small"]);
    leave();
    leave();
    await setImmediate();
    expect(ran.slice(4)).toEqual(["3"]);
    (await third)();
    (await fourth)();
    expect(ran.slice(4)).toEqual(["3", "4"]);
  });

  test("run alone if they need more slots than there are", async () => {
    const { ran, call } = createBudget();
    const leave = await call("a", "query");
    const batch = call("a", "batch", { kind: "query", slots: 20 });
    void call("a", "next");
    await setImmediate();
    expect(ran).toEqual(["query"]);
    leave();
    const leaveBatch = await batch;
    expect(ran).toEqual(["query", "batch"]);
    leaveBatch();
    await setImmediate();
    expect(ran).toEqual(["query", "batch", "next"]);
  });

  test("are rejected without running after too long, or if too many are waiting", async () => {
    const { budget, ran, call } = createBudget({ maxWaitMs: 1, maxWaiting: 2 });
    const unread = budget.open("a");
    unread.setBytes(10);
    const results = await Promise.allSettled([call("a", "1"), call("a", "2"), call("a", "3")]);
    for (const result of results) {
      expect(result).toMatchObject({ status: "rejected", reason: { reason: "RATE_LIMITED" } });
      expect(result.status === "rejected" && result.reason).toBeInstanceOf(AppError);
    }
    unread.close();
    await call("a", "later");
    expect(ran).toEqual(["later"]);
  });

  test("leave nothing behind", async () => {
    const { budget, call } = createBudget();
    for (const owner of ["a", "b"]) {
      await call(owner, "small", small);
      (await call(owner, "query"))();
      const unread = budget.open(owner);
      unread.setBytes(1);
      expect(budget.activeCallers).toBe(1);
      unread.close();
    }
    expect(budget.activeCallers).toBe(0);
  });
});
