import { TRPCClientError } from "@trpc/client";
import { expect, test, vi } from "vitest";

import type { PresenceEvent } from "../types.ts";
import { keepSubscribed, type SubscriptionHandlers } from "./keep-subscribed.ts";
import { createPresenceState } from "./presence-state.ts";

/** A subscription that ends each time as the test says. */
function createSource(error: unknown) {
  let begun = 0;
  const ended: unknown[] = [];
  const following = keepSubscribed<string>({
    subscribe(handlers: SubscriptionHandlers<string>) {
      begun += 1;
      queueMicrotask(() => handlers.onError(error));
      return { unsubscribe() {} };
    },
    onData() {},
    onOnline() {},
    onEnded: (why) => ended.push(why),
  });
  return { following, ended, begun: () => begun };
}

/** What a server sends that is newer than this client. */
const refusal = (httpStatus: number) =>
  TRPCClientError.from({
    error: {
      code: -32_003,
      message: "Not so.",
      data: { code: "FORBIDDEN", httpStatus, reason: "NEWER_THAN_THIS" },
    },
  });

test("a refusal for a reason that is not known here is not asked for again", async () => {
  vi.useFakeTimers();
  const { ended, begun, following } = createSource(refusal(403));
  await vi.advanceTimersByTimeAsync(120_000);
  expect(begun()).toBe(1);
  expect(ended).toHaveLength(1);
  following.stop();
  vi.useRealTimers();
});

test("what may pass is tried again, also where its reason is not known", async () => {
  vi.useFakeTimers();
  const { ended, begun, following } = createSource(refusal(503));
  await vi.advanceTimersByTimeAsync(120_000);
  expect(begun()).toBeGreaterThan(2);
  expect(ended).toEqual([]);
  following.stop();
  vi.useRealTimers();
});

test("a room passes over events of a kind that it does not know", () => {
  const room = createPresenceState();
  const newer: object = { type: "reaction", emoji: "+1" };
  expect(room.apply(newer as PresenceEvent)).toBe(false);
  expect(room.members()).toEqual([]);
});
