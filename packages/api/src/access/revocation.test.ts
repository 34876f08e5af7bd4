import { expect, it } from "vitest";

import { createInProcessBus } from "../realtime/in-process-bus.ts";
import {
  subscribeAccessChanged,
  subscribeCredentialEnded,
  publishKeyRevoked,
  publishMembershipChanged,
  publishSessionEnded,
  publishUserChanged,
  publishWorkspaceDeleted,
} from "./revocation.ts";

const session = { kind: "session" as const, sessionId: "session", userId: "user" };
const key = { kind: "apiKey" as const, secretHash: new Uint8Array([1, 2, 3]) };

/** Listens and counts. */
function heard(listen: (bus: ReturnType<typeof createInProcessBus>, count: () => void) => () => void) {
  const bus = createInProcessBus();
  let times = 0;
  const stop = listen(bus, () => (times += 1));
  return { services: { bus }, stop, times: () => times };
}

it("a session's connection hears that the session or its person's account has ended, and nothing else", () => {
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

it("a key's connection hears that the key was revoked", () => {
  const { services, times, stop } = heard((bus, count) => subscribeCredentialEnded(bus, key, count));
  publishKeyRevoked(services, new Uint8Array([3, 2, 1]));
  expect(times()).toBe(0);
  publishKeyRevoked(services, new Uint8Array([1, 2, 3]));
  expect(times()).toBe(1);
  stop();
  publishKeyRevoked(services, key.secretHash);
  expect(times()).toBe(1);
});

it("a stream hears that its reader's role, their account, or the workspace itself has changed", () => {
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
