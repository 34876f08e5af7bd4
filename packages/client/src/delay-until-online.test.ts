import { describe, expect, test } from "vitest";

import { delayUntilOnline } from "./delay-until-online.ts";

/** Longer than any test waits. */
const veryLong = 2_000_000;

describe("a pause between tries to connect", () => {
  test("ends by itself", async () => {
    expect(await delayUntilOnline(1, { signal: new AbortController().signal })).toBe(false);
  });

  test("ends at once when the browser is online again", async () => {
    const events = new EventTarget();
    const waiting = delayUntilOnline(veryLong, { signal: new AbortController().signal, events });
    events.dispatchEvent(new Event("online"));
    expect(await waiting).toBe(true);
  });

  test("ends at once when the page is looked at again", async () => {
    const events = new EventTarget();
    const waiting = delayUntilOnline(veryLong, { signal: new AbortController().signal, events });
    events.dispatchEvent(new Event("visibilitychange"));
    expect(await waiting).toBe(true);
  });

  test("ends when nobody wants the connection any more", async () => {
    const ends = new AbortController();
    const waiting = delayUntilOnline(veryLong, { signal: ends.signal });
    ends.abort(new Error("closed"));
    await expect(waiting).rejects.toThrow("closed");
    await expect(delayUntilOnline(veryLong, { signal: ends.signal })).rejects.toThrow("closed");
  });
});
