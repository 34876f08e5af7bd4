import { describe, expect, test } from "vitest";

import { delayUntilOnline } from "./delay-until-online.ts";

/** Longer than the timeout of a test. */
const veryLong = 2_000_000;

describe("delayUntilOnline", () => {
  test("resolves after the delay", async () => {
    expect(await delayUntilOnline(1, { signal: new AbortController().signal })).toBe(false);
  });

  test("resolves immediately when the browser is online again", async () => {
    const events = new EventTarget();
    const waiting = delayUntilOnline(veryLong, { signal: new AbortController().signal, events });
    events.dispatchEvent(new Event("online"));
    expect(await waiting).toBe(true);
  });

  test("resolves immediately when the page is visible again", async () => {
    const events = new EventTarget();
    const waiting = delayUntilOnline(veryLong, { signal: new AbortController().signal, events });
    events.dispatchEvent(new Event("visibilitychange"));
    expect(await waiting).toBe(true);
  });

  test("rejects when the signal is aborted", async () => {
    const ends = new AbortController();
    const waiting = delayUntilOnline(veryLong, { signal: ends.signal });
    ends.abort(new Error("closed"));
    await expect(waiting).rejects.toThrow("closed");
    await expect(delayUntilOnline(veryLong, { signal: ends.signal })).rejects.toThrow("closed");
  });
});
