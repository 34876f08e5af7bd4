import { TRPCClientError } from "@trpc/client";
import { expect, test, vi } from "vitest";

import type { PresenceEvent } from "../types.ts";
import { keepSubscribed, type SubscriptionHandlers } from "./keep-subscribed.ts";
import { createPresenceState } from "./presence-state.ts";

/** Creates a subscription that fails each time with the next given error. */
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

/** An error with a reason that this version of the client does not know. */
const createRefusal = (httpStatus: number) =>
  TRPCClientError.from({
    error: {
      code: -32_003,
      message: "Not so.",
      data: { code: "FORBIDDEN", httpStatus, reason: "NEWER_THAN_THIS" },
    },
  });

test("keepSubscribed does not retry a client error with an unknown reason", async () => {
  vi.useFakeTimers();
  const { ended, begun, following } = createSource(createRefusal(403));
  await vi.advanceTimersByTimeAsync(120_000);
  expect(begun()).toBe(1);
  expect(ended).toHaveLength(1);
  following.stop();
  vi.useRealTimers();
});

test("keepSubscribed retries a temporary failure, even with an unknown reason", async () => {
  vi.useFakeTimers();
  const { ended, begun, following } = createSource(createRefusal(503));
  await vi.advanceTimersByTimeAsync(120_000);
  expect(begun()).toBeGreaterThan(2);
  expect(ended).toEqual([]);
  following.stop();
  vi.useRealTimers();
});

test("createPresenceState ignores events of an unknown type", () => {
  const room = createPresenceState();
  const newer: object = { type: "reaction", emoji: "+1" };
  expect(room.apply(newer as PresenceEvent)).toBe(false);
  expect(room.members()).toEqual([]);
});
