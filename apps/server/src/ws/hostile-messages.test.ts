import { expect } from "vitest";

import { readMetric, register } from "../../test/calls.ts";
import { serve } from "../../test/serve.ts";
import { open, type TestSocket } from "../../test/socket.ts";
import { test as base } from "../../test/test.ts";

const listReasons = ({ messages }: TestSocket) => messages.flatMap(({ error }) => error?.data.reason ?? []);
const me = (id: unknown) => ({ id, method: "query", params: { path: "auth.me" } });

const test = base
  .extend("settings", { scope: "file" }, () => ({ socketLimits: { calls: 10 } }))
  .extend("openSocket", ({ served }) => async (): Promise<TestSocket> => {
    const { accessToken } = await register(served);
    const socket = await open(served, accessToken);
    await socket.call("query", "auth.me");
    return socket;
  });

test("calls with invalid IDs are rejected and never run uncounted", async ({ openSocket }) => {
  await using socket = await openSocket();
  for (let n = 0; n < 12; n += 1)
    socket.socket.send('{"id":1e999,"method":"query","params":{"path":"auth.me"}}');
  for (const id of [null, {}, [], true, "x".repeat(65)]) socket.send(me(id));
  await expect.poll(() => listReasons(socket).length).toBe(17);
  expect(new Set(listReasons(socket))).toEqual(new Set(["BAD_INPUT"]));
  expect(socket.messages.filter(({ result }) => result !== undefined)).toHaveLength(1);
});

test("a socket that keeps sending invalid updates is closed", async ({ served }) => {
  const person = await register(served);
  const { id: workspaceId } = await person.api.workspace.create.mutate({ name: "Team" });
  const { id } = await person.api.document.create.mutate({ workspaceId, title: "Plan", content: "whole\n" });
  await using socket = await open(served, person.accessToken);
  const update = Buffer.from([1, 1, 5, 0, 132, 5, 0, 1, 97, 0]).toString("base64");
  let sent = 0;
  for (; socket.socket.readyState === socket.socket.OPEN && sent < 200; sent += 1) {
    await socket.call("mutation", "document.push", { id, update }).catch(() => null);
  }
  expect(await socket.closed).toBe(1008);
  expect(sent).toBeLessThan(60);
  expect(await person.api.document.get.query({ id })).toMatchObject({ content: "whole\n", version: 1 });
}, 60_000);

test("an ID of megabytes is not echoed", async ({ openSocket }) => {
  await using socket = await openSocket();
  socket.send({ ...me("x".repeat(2_000_000)), params: { path: "document.push" } });
  await expect.poll(() => listReasons(socket)).toEqual(["BAD_INPUT"]);
  expect(JSON.stringify(socket.messages.at(-1)).length).toBeLessThan(1000);
});

test("messages that are not calls are never counted, and calls in the same batch are released", async ({
  openSocket,
}) => {
  await using socket = await openSocket();
  for (let n = 0; n < 12; n += 1) {
    socket.send([{ ...me(`bad ${n}`), jsonrpc: "1.0" }, me(`good ${n}`)]);
    socket.send({ id: `params ${n}`, method: "query", params: null });
    socket.send({ id: `last ${n}`, method: "query", params: { path: "auth.me", lastEventId: 5 } });
    const answer = (id: string) => socket.messages.some((one) => one.id === id && one.result !== undefined);
    await expect.poll(() => answer(`good ${n}`)).toBe(true);
  }
  expect(listReasons(socket)).toEqual(Array.from({ length: 36 }, () => "BAD_INPUT"));
  expect(await socket.call("query", "auth.me")).toMatchObject({ result: { type: "data" } });
});

test("a message with thousands of calls receives one response", async ({ openSocket }) => {
  await using socket = await openSocket();
  socket.send(Array.from({ length: 15_000 }, (_, id) => ({ id })));
  await expect.poll(() => listReasons(socket)).toEqual(["BAD_INPUT"]);
  expect(await socket.call("query", "auth.me")).toMatchObject({ result: { type: "data" } });
});

test("deeply nested JSON is rejected before it is parsed", async ({ openSocket }) => {
  await using socket = await openSocket();
  socket.socket.send("[".repeat(3_000_000));
  await expect.poll(() => listReasons(socket)).toEqual(["BAD_INPUT"]);
});

test("unread bytes of all sockets of one user share a limit", async () => {
  await using small = await serve({
    socketLimits: { slowBytes: 64 * 1024 },
    memoryLimits: { authenticated: { perOwner: 4_000_000, total: 100_000_000 } },
  });
  const { accessToken, api } = await register(small);
  const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
  const content = "x".repeat(1_000_000);
  const { id } = await api.document.create.mutate({ workspaceId, title: "D", content });
  const deaf = await Promise.all(Array.from({ length: 12 }, () => open(small, accessToken)));
  for (const socket of deaf) {
    await socket.call("query", "auth.me");
    socket.socket.pause();
  }
  for (const socket of deaf) {
    // Each socket alone stays far below its own limit.
    for (let n = 0; n < 6; n += 1)
      socket.send({ id: `get ${n}`, method: "query", params: { path: "document.get", input: { id } } });
  }
  await expect.poll(() => readMetric(small, "mdreader_ws_connections")).toBeLessThan(12);
  await expect.poll(() => readMetric(small, "mdreader_authenticated_buffered_bytes")).toBeLessThan(6_000_000);
  for (const { socket } of deaf) socket.terminate();
  await expect.poll(() => readMetric(small, "mdreader_authenticated_buffered_bytes")).toBe(0);
  expect((await api.document.get.query({ id })).size).toBe(1_000_000);
});
