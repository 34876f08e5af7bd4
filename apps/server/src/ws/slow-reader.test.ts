import { setTimeout as delay } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import { readMetric, register } from "../../test/calls.ts";
import { serve } from "../../test/serve.ts";
import { open } from "../../test/socket.ts";

describe("a socket that does not read", () => {
  test("is closed at the limit of unread bytes, and others keep working", async () => {
    await using small = await serve({
      socketLimits: { maxBufferedBytes: 1024 * 1024, slowBytes: 256 * 1024, stallTimeoutMs: 1000 },
    });
    const { accessToken, api } = await register(small);
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
    const { id } = await api.document.create.mutate({
      workspaceId,
      title: "D",
      content: "x".repeat(500_000),
    });
    const deaf = await open(small, accessToken);
    await deaf.call("query", "auth.me");
    deaf.socket.pause();
    for (let n = 0; n < 60; n += 1)
      deaf.send({ id: `get ${n}`, method: "query", params: { path: "document.get", input: { id } } });
    await expect.poll(() => readMetric(small, "mdreader_ws_connections"), { timeout: 20_000 }).toBe(0);
    expect((await api.document.get.query({ id })).size).toBe(500_000);
    deaf.socket.terminate();
  });

  test("delays its other queries until it reads again", async () => {
    await using small = await serve({
      socketLimits: { maxBufferedBytes: 64 * 1024 * 1024, slowBytes: 64 * 1024 },
    });
    const { accessToken, api } = await register(small);
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
    const content = "x".repeat(500_000);
    const { id } = await api.document.create.mutate({ workspaceId, title: "D", content });
    await using deaf = await open(small, accessToken);
    await deaf.call("query", "auth.me");
    deaf.socket.pause();
    const count = 80;
    for (let n = 0; n < count; n += 1)
      deaf.send({ id: `get ${n}`, method: "query", params: { path: "document.get", input: { id } } });
    const readBufferedBytes = () => readMetric(small, "mdreader_authenticated_buffered_bytes");
    await expect.poll(readBufferedBytes, { timeout: 20_000 }).toBeGreaterThan(64 * 1024);
    // Long enough for all of them.
    await delay(1000);
    expect(await readBufferedBytes()).toBeLessThan(8 * content.length);
    deaf.socket.resume();
    const answers = () => deaf.messages.filter((one) => String(one.id).startsWith("get") && one.result);
    await expect.poll(() => answers().length, { timeout: 20_000 }).toBe(count);
  });
});
