import { createTRPCClient } from "@trpc/client";
import { describe, expect, vi } from "vitest";

import { createDeafSockets, createEntrance, ignore } from "../test/entrance.ts";
import { test as base } from "../test/test.ts";
import { createSockets } from "./sockets.ts";
import type { AppRouter } from "./types.ts";

const answered = { reason: "UNAUTHENTICATED" };

const test = base
  /** Creates a client for a port, whose connections are closed after a short silence. */
  .extend("callsTo", ({ cleanup }) => (port: number) => {
    const sockets = createSockets({
      url: `ws://127.0.0.1:${port}/ws`,
      session: { accessToken: async () => null },
      maxSilenceMs: 300,
      pingMs: 200,
    });
    cleanup.defer(() => sockets.close());
    return createTRPCClient<AppRouter>({ links: [sockets.link] });
  });

describe("a connection is closed and retried", () => {
  test("when the server accepts it but does not open the WebSocket", async ({ served, callsTo }) => {
    await using entrance = await createEntrance(served.url, ignore);
    await expect(callsTo(entrance.port).auth.me.query()).rejects.toMatchObject({ data: answered });
    expect(entrance.connections()).toBe(3);
  });

  test("when the WebSocket opens but the server does not respond", async ({ served, callsTo }) => {
    await using entrance = await createEntrance(served.url, createDeafSockets());
    const calls = callsTo(entrance.port);
    const again = async (): Promise<unknown> =>
      calls.auth.me.query().catch((error: { data?: unknown }) => error.data ?? again());
    expect(await again()).toMatchObject(answered);
    expect(entrance.connections()).toBe(3);
  });

  test("when it goes silent while it is in use, although the server never confirms that it is closed", async ({
    createPerson,
    served,
  }) => {
    await using entrance = await createEntrance(served.url);
    const { client } = await createPerson();
    const { accessToken } = await client.auth.refresh.mutate();
    const sockets = createSockets({
      url: `ws://127.0.0.1:${entrance.port}/ws`,
      session: { accessToken: async () => accessToken },
      maxSilenceMs: 300,
      pingMs: 200,
    });
    await using _ = { [Symbol.asyncDispose]: () => sockets.close() };
    const calls = createTRPCClient<AppRouter>({ links: [sockets.link] });
    const { id: workspaceId } = await calls.workspace.create.mutate({ name: "Handbook" });
    let events = 0;
    const started = Promise.withResolvers<void>();
    const subscription = calls.workspace.events.subscribe(
      { workspaceId },
      { onStarted: () => started.resolve(), onData: () => void (events += 1) },
    );
    await started.promise;
    entrance.stall();
    const create = async () => client.document.create.mutate({ workspaceId, title: "Written afterwards" });
    await expect.poll(async () => (await create(), events), { timeout: 5_000 }).toBeGreaterThan(0);
    expect(entrance.connections()).toBe(2);
    subscription.unsubscribe();
  });
});

// The patch of @trpc/client (patches/README.md): without it, a call waits for a timer.
test("a call on an open connection is sent without waiting for a timer", async ({
  callsTo,
  served,
  cleanup,
}) => {
  const calls = callsTo(Number(new URL(served.url).port));
  await expect(calls.auth.me.query()).rejects.toMatchObject({ data: answered });
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  cleanup.defer(() => void vi.useRealTimers());
  await expect(calls.auth.me.query()).rejects.toMatchObject({ data: answered });
});
