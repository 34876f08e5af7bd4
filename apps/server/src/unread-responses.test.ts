import { connect } from "node:net";

import type { AnyTRPCProcedure } from "@trpc/server";
import { expect, test } from "vitest";
import { z } from "zod";

import { bearer, readMetric, register } from "../test/calls.ts";
import { serve, type Served } from "../test/serve.ts";
import { open } from "../test/socket.ts";
import { mutationsWithText } from "./flow-control/call-sizes.ts";
import { defaultMemoryLimits } from "./flow-control/memory-budgets.ts";
import { procedures } from "./procedures.ts";

const textLength = 1_000_000;
const maxUnreadBytes = 3_000_000;
const responses = { ...defaultMemoryLimits.responses, maxUnreadBytes, slots: 3 };
/** Connections per secret, and requests per connection. */
const perSecret = 6;
/** Each slot may add a response after the last check. */
const maxBufferedBytes = maxUnreadBytes + responses.slots * (textLength + 1000);

async function createLargeDocument({ api }: Awaited<ReturnType<typeof register>>): Promise<string> {
  const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
  const { id } = await api.document.create.mutate({
    workspaceId,
    title: "D",
    content: "x".repeat(textLength),
  });
  return id;
}

/** Requests a document several times over HTTP connections and WebSockets that read nothing. */
async function requestUnread(served: Served, secrets: readonly string[], id: string) {
  const path = `/trpc/document.get?input=${encodeURIComponent(JSON.stringify({ id }))}`;
  const requests = secrets.flatMap((secret) =>
    Array.from({ length: perSecret }, () => {
      const head = `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\n\r\n`;
      const socket = connect(served.server.port, "127.0.0.1", () => socket.write(head.repeat(perSecret)));
      socket.on("error", () => {}).pause();
      return socket;
    }),
  );
  const sockets = await Promise.all(
    Array.from({ length: perSecret }, async () => {
      const { socket, send } = await open(served, secrets[0]);
      socket.pause();
      for (let n = 0; n < perSecret; n += 1)
        send({ id: n, method: "query", params: { path: "document.get", input: { id } } });
      return socket;
    }),
  );
  return {
    resume: () => [...requests, ...sockets].forEach((socket) => socket.resume()),
    end() {
      for (const socket of requests) socket.destroy();
      for (const socket of sockets) socket.terminate();
    },
  };
}

const readBufferedBytes = (served: Served) => readMetric(served, "mdreader_authenticated_buffered_bytes");

/** The number of requests for a document that have been answered with the status. */
const countAnswers = ({ log }: Served, status: number) =>
  log.split("\n").filter((line) => line.includes(`"path":"/trpc/document.get","status":${status}`)).length;

test("unread responses of one user share a budget over HTTP, sockets and keys, and nobody else waits", async () => {
  await using served = await serve({ memoryLimits: { responses: { ...responses, maxWaitMs: 120_000 } } });
  const busy = await register(served);
  const other = await register(served);
  const { secret } = await busy.api.auth.apiKey.create.mutate({ name: "script", scopes: ["read"] });
  const id = await createLargeDocument(busy);
  const unread = await requestUnread(served, [busy.accessToken, secret], id);
  await expect.poll(() => readBufferedBytes(served), { timeout: 20_000 }).toBeGreaterThan(maxUnreadBytes);
  for (let n = 0; n < 5; n += 1) {
    await other.api.auth.me.query();
    expect(await readBufferedBytes(served)).toBeLessThan(maxBufferedBytes);
  }
  unread.resume();
  await expect.poll(() => countAnswers(served, 200), { timeout: 60_000 }).toBe(2 * perSecret ** 2);
  unread.end();
  await expect.poll(() => readBufferedBytes(served)).toBe(0);
});

test("unread responses of a streamed batch are counted, and those that exceed the limit are refused", async () => {
  const maxBytes = 4_000_000;
  await using served = await serve({
    memoryLimits: { authenticated: { perOwner: maxBytes, total: 8 * maxBytes } },
  });
  const busy = await register(served);
  const id = await createLargeDocument(busy);
  const count = 15;
  const input = JSON.stringify(
    Object.fromEntries(Array.from({ length: count }, (_, index) => [index, { id }])),
  );
  const paths = Array.from({ length: count }, () => "document.get").join();
  const head =
    `GET /trpc/${paths}?batch=1&input=${encodeURIComponent(input)} HTTP/1.1\r\nHost: x\r\n` +
    `Authorization: Bearer ${busy.accessToken}\r\ntrpc-accept: application/jsonl\r\nConnection: close\r\n\r\n`;
  const socket = connect(served.server.port, "127.0.0.1", () => socket.write(head));
  socket.on("error", () => {}).pause();
  await expect.poll(() => readBufferedBytes(served), { timeout: 20_000 }).toBeGreaterThan(textLength);
  expect(await readBufferedBytes(served)).toBeLessThan(maxBytes + responses.slots * (textLength + 1000));
  const text = (await socket.setEncoding("utf8").toArray()).join("");
  expect(text).toContain('"reason":"RATE_LIMITED"');
  expect(text).toContain("x".repeat(1000));
  expect(await readBufferedBytes(served)).toBe(0);
});

test("a call whose caller does not read for too long is rejected, and succeeds later", async () => {
  await using served = await serve({ memoryLimits: { responses: { ...responses, maxWaitMs: 500 } } });
  const busy = await register(served);
  const id = await createLargeDocument(busy);
  const unread = await requestUnread(served, [busy.accessToken], id);
  const ask = async () => {
    const { status, headers } = await fetch(`${served.url}/api/v1/auth/me`, {
      headers: bearer(busy.accessToken),
    });
    return [status, headers.get("retry-after")];
  };
  await expect.poll(ask, { timeout: 20_000 }).toEqual([429, "5"]);
  unread.end();
  await expect.poll(() => readBufferedBytes(served)).toBe(0);
  expect((await busy.api.document.get.query({ id })).size).toBe(textLength);
});

const withOutput = z.object({ output: z.instanceof(z.ZodObject).catch(z.object()) });

test("every mutation that returns a text uses a slot", () => {
  const isReturning = ({ _def }: AnyTRPCProcedure) =>
    _def.type === "mutation" && withOutput.parse(_def).output.shape["content"] !== undefined;
  const returning = [...procedures].flatMap(([name, procedure]) => (isReturning(procedure) ? [name] : []));
  expect(new Set(returning)).toEqual(mutationsWithText);
});
