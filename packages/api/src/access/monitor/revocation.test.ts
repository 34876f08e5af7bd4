import { expect, it } from "vitest";

import { createInProcessBus } from "../../realtime/in-process-bus.ts";
import {
  subscribeAccessChanged,
  subscribeCredentialEnded,
  publishKeyRevoked,
  publishMembershipChanged,
  publishSessionEnded,
  publishUserChanged,
  publishWorkspaceDeleted,
} from "./access-changes.ts";

const session = { kind: "session" as const, sessionId: "session", userId: "user" };
const key = { kind: "apiKey" as const, secretHash: new Uint8Array([1, 2, 3]) };

/** Subscribes and counts the calls of the listener. */
function heard(listen: (bus: ReturnType<typeof createInProcessBus>, count: () => void) => () => void) {
  const bus = createInProcessBus();
  let times = 0;
  const stop = listen(bus, () => (times += 1));
  return { services: { bus }, stop, times: () => times };
}

it("the listener of a session is called when the session or its account ends, and for no other change", () => {
  const { services, times, stop } = heard((bus, count) => subscribeCredentialEnded(bus, session, count));
  publishSessionEnded(services, "other");
  publishUserChanged(services, "other");
  publishMembershipChanged(services, "workspace", "user");
  publishKeyRevoked(services, key.secretHash);
  expect(times()).toBe(0);
  publishSessionEnded(services, "session");
  publishUserChanged(services, "user");
  expect(times()).toBe(2);
  stop();
  publishSessionEnded(services, "session");
  publishUserChanged(services, "user");
  expect(times()).toBe(2);
});

it("the listener of an API key is called when the key is revoked", () => {
  const { services, times, stop } = heard((bus, count) => subscribeCredentialEnded(bus, key, count));
  publishKeyRevoked(services, new Uint8Array([3, 2, 1]));
  expect(times()).toBe(0);
  publishKeyRevoked(services, new Uint8Array([1, 2, 3]));
  expect(times()).toBe(1);
  stop();
  publishKeyRevoked(services, key.secretHash);
  expect(times()).toBe(1);
});

it("the listener of a stream is called when its reader's role or account or the workspace changes", () => {
  const reader = { userId: "user", workspaceId: "workspace" };
  const { services, times, stop } = heard((bus, count) => subscribeAccessChanged(bus, reader, count));
  publishMembershipChanged(services, "other", "user");
  publishMembershipChanged(services, "workspace", "other");
  publishWorkspaceDeleted(services, "other");
  expect(times()).toBe(0);
  publishMembershipChanged(services, "workspace", "user");
  publishUserChanged(services, "user");
  publishWorkspaceDeleted(services, "workspace");
  expect(times()).toBe(3);
  stop();
  publishMembershipChanged(services, "workspace", "user");
  publishWorkspaceDeleted(services, "workspace");
  expect(times()).toBe(3);
});
