import { setTimeout as delay } from "node:timers/promises";

import { describe, expect, test } from "vitest";
import { z } from "zod";

import { readMetric, register } from "../../test/calls.ts";
import { serve } from "../../test/serve.ts";
import { open, type TestSocket } from "../../test/socket.ts";

const change = z.object({ data: z.object({ seq: z.int() }) });

/** The numbers of the changes that a socket has received. */
const seen = ({ messages }: TestSocket) =>
  messages.flatMap(({ result }) => change.safeParse(result?.data).data?.data.seq ?? []);

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

  test("uses little memory while it follows a document under full load, is closed, and resumes without a gap", async () => {
    await using small = await serve({
      socketLimits: { maxBufferedBytes: 1024 * 1024, slowBytes: 128 * 1024, stallTimeoutMs: 1000 },
    });
    const { accessToken, api } = await register(small);
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
    const { id } = await api.document.create.mutate({ workspaceId, title: "D" });
    const follow = async (after: number) => {
      const socket = await open(small, accessToken);
      const input = { id, lastEventId: String(after) };
      socket.send({ id: "changes", method: "subscription", params: { path: "document.changes", input } });
      await expect.poll(() => socket.messages[0]).toMatchObject({ result: { type: "started" } });
      return socket;
    };
    const [deaf, quick] = [await follow(1), await follow(1)];
    deaf.socket.pause();

    const writes = 80;
    for (let version = 1; version <= writes; version += 1) {
      const text = String(version).repeat(50_000);
      await api.document.applyText.mutate({ id, baseVersion: version, text });
    }
    const last = writes + 1;
    await expect.poll(() => seen(quick).at(-1)).toBe(last);
    expect(seen(quick)).toEqual(Array.from({ length: last - 1 }, (_, n) => n + 2));
    await expect.poll(() => readMetric(small, "mdreader_ws_connections")).toBe(1);

    deaf.socket.resume();
    await deaf.closed;
    const got = seen(deaf);
    expect(got.length).toBeLessThan(last - 1);
    await using again = await follow(got.at(-1) ?? 1);
    await expect.poll(() => seen(again).at(-1)).toBe(last);
    expect([...got, ...seen(again)]).toEqual(seen(quick));
    await quick[Symbol.asyncDispose]();
  });
});
