import { once } from "node:events";

import { expect, test } from "vitest";
import { WebSocket } from "ws";

import { catchFailure, post, register } from "../test/calls.ts";
import { serve, type Served } from "../test/serve.ts";
import { parseMessage } from "../test/socket.ts";
import { startTraceCollector, toTree, writeTree } from "../test/trace-collector.ts";

/** Calls a server whose traces a collector receives. The collector has all of them when the server has stopped. */
async function collect<T>(work: (served: Served) => Promise<T>, env: Record<string, string> = {}) {
  await using collector = await startTraceCollector();
  let result: T;
  let log = "";
  {
    await using served = await serve({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env } });
    result = await work(served);
    log = served.log;
  }
  const { spans, text, headers } = collector;
  const find = (name: string) => {
    const found = spans.filter((span) => span.name === name);
    if (found[0] === undefined)
      throw new Error(`no span is called ${name}: ${spans.map((span) => span.name).join(", ")}`);
    return found;
  };
  const show = (name: string) =>
    find(name)
      .slice(-1)
      .map((span) => writeTree(toTree(span, spans)))
      .join("");
  return { result, spans, text, headers, log, find, show };
}

const remote = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const traceparent = `00-${remote.traceId}-${remote.spanId}-01`;

test("a save is traced from its request to its statements, below the trace of the caller", async () => {
  const { result, find, show, text, log, headers } = await collect(
    async (served) => {
      const { accessToken, api } = await register(served);
      const { id: workspaceId } = await api.workspace.create.mutate({ name: "Secret plans" });
      const { id } = await api.document.create.mutate({ workspaceId, title: "Untold title" });
      await post(
        served,
        "document.update",
        { id, content: "A confidential text", overwrite: true, title: "Another untold title" },
        { authorization: `Bearer ${accessToken}`, traceparent },
      );
      return { accessToken };
    },
    { OTEL_EXPORTER_OTLP_HEADERS: "api-key=abc%20def", OTEL_SERVICE_NAME: "notes" },
  );
  const [request] = find("POST trpc document.update");
  expect(request).toMatchObject({
    traceId: remote.traceId,
    parentSpanId: remote.spanId,
    kind: 2,
    attributes: {
      "http.request.method": "POST",
      "http.route": "trpc document.update",
      "http.response.status_code": 200,
    },
  });
  const tree = show("POST trpc document.update");
  expect(tree).toMatch(/^POST trpc document\.update\n {2}document\.update\n {4}SELECT /);
  expect(tree).toMatch(/\n {4}BEGIN\n(?: {4}.*\n)* {4}UPDATE documents\n(?: {4}.*\n)* {4}COMMIT/);
  expect(find("UPDATE documents").at(-1)?.attributes).toMatchObject({
    "db.system.name": "postgresql",
    "db.operation.name": "UPDATE",
    "db.query.text": expect.stringContaining("$1"),
  });
  for (const secret of [
    "Secret plans",
    "Untold",
    "untold",
    "confidential",
    result.accessToken,
    "@example.test",
  ])
    expect(text).not.toContain(secret);
  expect(text).toContain('"stringValue":"notes"');
  expect(headers[0]).toMatchObject({ "api-key": "abc def" });
  expect(log).toMatch(
    new RegExp(`"traceId":"${remote.traceId}","method":"POST","path":"/trpc/document.update"`),
  );
});

test("a mail is traced below the call that caused it", async () => {
  const { find, spans } = await collect(async (served) => {
    await register(served);
    await expect.poll(() => served.log, { timeout: 20_000 }).toContain("mail stored locally");
  });
  const [job] = find("process mail");
  const [call] = find("auth.register");
  expect(job).toMatchObject({
    traceId: call?.traceId,
    kind: 5,
    attributes: { "messaging.system": "pg-boss", "messaging.destination.name": "mail" },
  });
  expect(spans.some(({ spanId }) => spanId === job?.parentSpanId)).toBe(true);
});

test("a rejected call has its reason, and its error names the trace", async () => {
  const { result, find, show } = await collect(async (served) => {
    const { api } = await register(served);
    return catchFailure(api.document.get.query({ id: crypto.randomUUID() }));
  });
  const [call] = find("document.get");
  expect(call).toMatchObject({ attributes: { "error.type": "NOT_FOUND", "rpc.method": "document.get" } });
  // A refusal is not a fault of the server.
  expect(call?.status.code ?? 0).toBe(0);
  expect(call?.events).toEqual([]);
  expect(result).toMatchObject({ reason: "NOT_FOUND", traceId: call?.traceId });
  expect(show("GET trpc document.get")).toMatch(/^GET trpc document\.get\n {2}document\.get\n {4}SELECT /);
});

test("calls over a socket belong to the trace that its client names, and their errors name it", async () => {
  const { result, find } = await collect(async (served) => {
    const { accessToken } = await register(served);
    const socket = new WebSocket(`${served.socketUrl}?connectionParams=1`);
    await once(socket, "open");
    const answer = once(socket, "message");
    socket.send(JSON.stringify({ method: "connectionParams", data: { token: accessToken, traceparent } }));
    const call = { path: "document.get", input: { id: crypto.randomUUID() } };
    socket.send(JSON.stringify({ id: 1, method: "query", params: call }));
    const [data] = await answer;
    socket.close();
    return parseMessage(String(data));
  });
  const [call] = find("document.get");
  expect(call).toMatchObject({
    traceId: remote.traceId,
    parentSpanId: remote.spanId,
    kind: 2,
    attributes: { "rpc.system": "trpc" },
  });
  expect(result).toMatchObject({ error: { data: { reason: "NOT_FOUND", traceId: remote.traceId } } });
});

test("a call over a socket belongs to the trace that its own message names", async () => {
  const own = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
  const { result, find } = await collect(async (served) => {
    const { accessToken } = await register(served);
    const socket = new WebSocket(`${served.socketUrl}?connectionParams=1`);
    await once(socket, "open");
    const answer = once(socket, "message");
    socket.send(JSON.stringify({ method: "connectionParams", data: { token: accessToken, traceparent } }));
    const input = { id: crypto.randomUUID() };
    const params = { path: "document.get", input, traceparent: `00-${own.traceId}-${own.spanId}-01` };
    socket.send(JSON.stringify({ id: 1, method: "query", params }));
    const [data] = await answer;
    socket.close();
    return parseMessage(String(data));
  });
  const [call] = find("document.get");
  expect(call).toMatchObject({ traceId: own.traceId, parentSpanId: own.spanId });
  expect(result).toMatchObject({ error: { data: { reason: "NOT_FOUND", traceId: own.traceId } } });
});

test("without a collector, errors and logs name no trace, and a named trace is ignored", async () => {
  await using served = await serve();
  const answer = await post(served, "auth.me", undefined, { traceparent });
  expect(await answer.json()).not.toHaveProperty("error.data.traceId");
  expect(served.log).not.toContain("traceId");
});

test("a share of the traces can be recorded, whatever callers ask for", async () => {
  const { spans } = await collect(
    async (served) => {
      await fetch(`${served.url}/api/v1/info`, { headers: { traceparent } });
    },
    { OTEL_TRACES_SAMPLER_ARG: "0" },
  );
  expect(spans).toEqual([]);
});

test("a collector that is unavailable delays no call, and is reported", async () => {
  let log = () => "";
  {
    await using served = await serve({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" } });
    log = () => served.log;
    const { api } = await register(served);
    expect(await api.auth.me.query()).toHaveProperty("id");
  }
  expect(log()).toContain("traces couldn't be sent");
});
