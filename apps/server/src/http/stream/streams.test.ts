import { text } from "node:stream/consumers";

import type { AppRouter } from "@mdreader/api";
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import { describe, expect, test as plain } from "vitest";

import { bearer, readMetric, register } from "../../../test/calls.ts";
import { createEventSource } from "../../../test/event-source.ts";
import { serve } from "../../../test/serve.ts";
import { open } from "../../../test/socket.ts";
import { postStream } from "../../../test/subscriber.ts";
import { test as base } from "../../../test/test.ts";

const test = base.extend("createDocument", ({ served }) => async () => {
  const owner = await register(served);
  const { id: workspaceId } = await owner.api.workspace.create.mutate({ name: "W" });
  const { id } = await owner.api.document.create.mutate({ workspaceId, title: "D" });
  return { ...owner, workspaceId, id };
});

const subscription = (id: string | number, path: string, input: object) => ({
  id,
  method: "subscription",
  params: { path, input },
});

describe("a stream", () => {
  test("carries the messages of a WebSocket, one per event", async ({ served, createDocument }) => {
    const { accessToken, id, workspaceId } = await createDocument();
    const calls = [
      subscription(1, "document.changes", { id }),
      subscription(2, "workspace.events", { workspaceId }),
      subscription(3, "document.changes", { id: crypto.randomUUID() }),
    ];
    await using socket = await open(served, accessToken);
    socket.send(calls);
    await expect.poll(() => socket.messages.length).toBe(4);
    const response = await postStream(served, accessToken, calls);
    expect(response.headers).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    });
    let body = "";
    response.on("data", (chunk: Buffer) => (body += chunk.toString()));
    const events = () => body.split("\n\n").filter((event) => event.startsWith("data: "));
    await expect.poll(() => events().length).toBe(4);
    const withoutRequestIds = (json: string) => json.replace(/"requestId":"[^"]*"/, "");
    const received = events().map((event) => withoutRequestIds(event.slice(6)));
    const sent = socket.messages.map((message) => withoutRequestIds(JSON.stringify(message)));
    expect(received.map((json): unknown => JSON.parse(json.replace(",}", "}")))).toEqual(
      expect.arrayContaining(sent.map((json): unknown => JSON.parse(json.replace(",}", "}")))),
    );
    response.destroy();
  });

  test("ends when all its subscriptions have ended", async ({ served, createDocument }) => {
    const { accessToken } = await createDocument();
    const calls = [
      subscription(1, "document.changes", { id: crypto.randomUUID() }),
      subscription(2, "auth.me", {}),
    ];
    const body = await text(await postStream(served, accessToken, calls));
    expect(body.match(/"reason":"\w+"/g)).toEqual(['"reason":"NOT_FOUND"', '"reason":"NOT_FOUND"']);
  });

  test("sends heartbeats", async () => {
    await using lively = await serve({ socketLimits: { heartbeatMs: 100 } });
    const { accessToken, api } = await register(lively);
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
    const calls = [subscription(1, "workspace.events", { workspaceId })];
    const response = await postStream(lively, accessToken, calls);
    let body = "";
    response.on("data", (chunk: Buffer) => (body += chunk.toString()));
    await expect.poll(() => body.split(": heartbeat\n\n").length).toBeGreaterThan(3);
    response.destroy();
  });

  test("needs a valid token in the header", async ({ served, createDocument }) => {
    const { accessToken, workspaceId } = await createDocument();
    const calls = [subscription(1, "workspace.events", { workspaceId })];
    const outcome = async (token: string | undefined) => {
      const response = await postStream(served, token, calls);
      return [response.statusCode, /"reason":"(\w+)"/.exec(await text(response))?.[1]];
    };
    expect(await outcome(undefined)).toEqual([401, "UNAUTHENTICATED"]);
    expect(await outcome("not a token")).toEqual([401, "TOKEN_INVALID"]);
    const inUrl = await fetch(`${served.url}/stream?token=${accessToken}`, { method: "POST" });
    expect(inUrl.status).toBe(404);
  });

  test("rejects invalid requests", async ({ served, createDocument }) => {
    const { accessToken, workspaceId } = await createDocument();
    const events = subscription(1, "workspace.events", { workspaceId });
    for (const body of ["", "{", "null", "{}", "[]", "[null]", [{ ...events, method: "query" }]]) {
      const response = await postStream(served, accessToken, body);
      expect([body, response.statusCode, await text(response)]).toEqual([
        body,
        400,
        expect.stringContaining("BAD_INPUT"),
      ]);
    }
    const many = await postStream(
      served,
      accessToken,
      Array.from({ length: 1_001 }, () => events),
    );
    expect([many.statusCode, await text(many)]).toEqual([400, expect.stringContaining("BAD_INPUT")]);
    const form = await postStream(served, accessToken, [events], { "content-type": "text/plain" });
    expect(form.statusCode).toBe(415);
    form.resume();
    const put = await fetch(`${served.url}/stream`, { method: "PUT", headers: bearer(accessToken) });
    expect(put.status).toBe(405);
  });

  test("rejects single subscriptions that are too large, too many, or share an ID", async () => {
    await using small = await serve({ socketLimits: { subscriptions: 2 } });
    const { accessToken, api } = await register(small);
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
    const events = (id: number, more = {}) => subscription(id, "workspace.events", { workspaceId, ...more });
    const calls = [events(1, { long: "x".repeat(70_000) }), events(2), events(2), events(3), events(4)];
    const response = await postStream(small, accessToken, calls);
    let body = "";
    response.on("data", (chunk: Buffer) => (body += chunk.toString()));
    await expect.poll(() => body.match(/"started"/g)).toHaveLength(2);
    expect(body.match(/"reason":"\w+"/g)).toEqual(
      ["PAYLOAD_TOO_LARGE", "BAD_INPUT", "LIMIT_REACHED"].map((reason) => `"reason":"${reason}"`),
    );
    expect(await readMetric(small, "mdreader_stream_subscriptions")).toBe(2);
    response.destroy();
    await expect.poll(() => readMetric(small, "mdreader_stream_connections")).toBe(0);
  });

  test("counts as a connection, together with WebSockets", async () => {
    await using small = await serve({ socketLimits: { total: 4, perNetwork: 3, perCaller: 2 } });
    const [ann, ben] = [await register(small), await register(small)];
    const { id: workspaceId } = await ann.api.workspace.create.mutate({ name: "W" });
    const calls = [subscription(1, "workspace.events", { workspaceId })];
    await using socket = await open(small, ann.accessToken);
    await socket.call("query", "auth.me");
    const stream = await postStream(small, ann.accessToken, calls);
    expect(stream.statusCode).toBe(200);
    const third = await postStream(small, ann.accessToken, calls);
    expect([third.statusCode, await text(third)]).toEqual([403, expect.stringContaining("LIMIT_REACHED")]);
    const other = await open(small, ben.accessToken);
    const fourth = await postStream(small, ben.accessToken, calls);
    expect([fourth.statusCode, await text(fourth)]).toEqual([429, expect.stringContaining("RATE_LIMITED")]);
    await other[Symbol.asyncDispose]();
    stream.destroy();
    await expect
      .poll(async () => {
        const again = await postStream(small, ann.accessToken, calls);
        again.destroy();
        return again.statusCode;
      })
      .toBe(200);
  });

  plain("ends soon after its session, even if the client reads nothing", async () => {
    await using small = await serve({ socketLimits: { stallTimeoutMs: 120_000 } });
    const { accessToken, api } = await register(small);
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
    const { id } = await api.document.create.mutate({ workspaceId, title: "D" });
    const { generation } = await api.document.pull.query({ id });
    const changes = { ...subscription(1, "document.changes", { id }), lastEventId: `1-${generation}` };
    const response = await postStream(small, accessToken, [changes]);
    response.pause();
    // More than the buffers of a TCP connection hold.
    for (let version = 1; version <= 16; version += 1) {
      const content = String(version % 10).repeat(800_000);
      await api.document.applyText.mutate({ id, baseVersion: version, text: content });
    }
    const readBufferedBytes = () => readMetric(small, "mdreader_authenticated_buffered_bytes");
    expect(await readBufferedBytes()).toBeGreaterThan(500_000);
    await api.auth.logout.mutate({});
    await expect.poll(readBufferedBytes, { timeout: 8_000 }).toBe(0);
    response.destroy();
  });

  plain("is announced by a response without content", async () => {
    await using served = await serve();
    expect((await fetch(`${served.url}/stream`)).status).toBe(204);
  });
});

describe("tRPC's own link for subscriptions over HTTP", () => {
  const createRawClient = (url: string, token: string) =>
    createTRPCClient<AppRouter>({
      links: [
        splitLink({
          condition: ({ type }) => type === "subscription",
          true: httpSubscriptionLink({ url: `${url}/trpc`, EventSource: createEventSource(token) }),
          false: httpLink({ url: `${url}/trpc`, headers: bearer(token) }),
        }),
      ],
    });

  plain("resumes without a gap when the server ends the stream", async () => {
    await using short = await serve({
      env: { ACCESS_TOKEN_TTL: "36s" },
      socketLimits: { renewalMs: 31_000 },
    });
    const { api, accessToken } = await register(short);
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
    const { id } = await api.document.create.mutate({ workspaceId, title: "D" });
    const numbers: number[] = [];
    const starts: string[] = [];
    const { unsubscribe } = createRawClient(short.url, accessToken).document.changes.subscribe(
      { id },
      { onStarted: () => void starts.push("started"), onData: ({ data }) => numbers.push(data.seq) },
    );
    // The server ends the stream within five seconds, so that the client sends a new token.
    for (let n = 1; starts.length < 2 || n <= 20; n += 1) {
      await api.document.update.mutate({ id, title: `Title ${n}` });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { version } = await api.document.get.query({ id });
    await expect.poll(() => numbers.at(-1)).toBe(version);
    unsubscribe();
    const [first = 0] = numbers;
    expect(numbers).toEqual(Array.from({ length: version - first + 1 }, (_, n) => first + n));
  });

  test("ends with the reason of a failure", async ({ served, createDocument }) => {
    const { accessToken } = await createDocument();
    const failure = (token: string) =>
      new Promise((onError) => {
        const input = { id: crypto.randomUUID() };
        createRawClient(served.url, token).document.changes.subscribe(input, { onError });
      });
    expect(await failure(accessToken)).toMatchObject({ data: { reason: "NOT_FOUND" } });
    expect(await failure("not a token")).toMatchObject({ data: { reason: "TOKEN_INVALID" } });
  });
});
