import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { runInSpan, SpanKind, startSpan } from "@mdreader/db";
import { expect, test } from "vitest";

import { startTraceCollector, type TraceCollector } from "../../test/trace-collector.ts";
import { createLogs } from "./logger.ts";
import { fetchFromProvider } from "./oidc/fetch-from-provider.ts";
import { traceRequests } from "./storage/trace-requests.ts";
import { openTracing } from "./tracing.ts";

const open = ({ url }: TraceCollector, share: number) =>
  openTracing(
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_HEADERS: undefined,
      OTEL_SERVICE_NAME: "mdreader",
      OTEL_TRACES_SAMPLER_ARG: share,
    },
    createLogs("silent").log,
  );

test("requests to identity providers and buckets pass the trace on, and their spans name no key", async () => {
  await using collector = await startTraceCollector();
  const received: (string | undefined)[] = [];
  const other = createServer((request, response) => {
    received.push(request.headers.traceparent?.toString());
    request.resume().on("end", () => response.writeHead(200).end("{}"));
  });
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo; // listens on a port
  const url = `http://127.0.0.1:${port}`;
  const client = new S3Client({
    region: "us-east-1",
    endpoint: url,
    forcePathStyle: true,
    credentials: { accessKeyId: "id", secretAccessKey: "secret" },
  });
  traceRequests(client);
  const put = () => new PutObjectCommand({ Bucket: "bucket", Key: "private-key", Body: "text" });
  const close = await open(collector, 1);
  const presigned = await runInSpan("call", { kind: SpanKind.INTERNAL }, async () => {
    await fetchFromProvider(`${url}/token?code=private-code`, {
      body: undefined,
      headers: {},
      method: "GET",
      redirect: "manual",
    });
    await client.send(put());
    return getSignedUrl(client, put());
  });
  await close();
  await client.send(put());
  other.close();

  const call = collector.spans.find(({ name }) => name === "call");
  const children = collector.spans.filter(({ parentSpanId }) => parentSpanId === call?.spanId);
  expect(children).toMatchObject([
    { name: "GET", attributes: { "server.address": `127.0.0.1:${port}`, "http.response.status_code": 200 } },
    { name: "S3/PutObject", attributes: { "rpc.method": "PutObject" } },
  ]);
  expect(received).toEqual([
    ...children.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`),
    // After the end of tracing.
    undefined,
  ]);
  expect(presigned.toLowerCase()).not.toContain("traceparent");
  expect(collector.text).not.toContain("private");
});

test("callers don't decide whether their trace is recorded", async () => {
  await using collector = await startTraceCollector();
  const close = await open(collector, 0.5);
  // The words of the first ID add up to zero, and those of the second to the maximum.
  const count = 100;
  for (const traceId of ["aabbccddaabbccdd1111111111111111", "ffffffff000000001111111111111111"]) {
    for (let n = 0; n < count; n += 1) {
      startSpan(traceId, {
        kind: SpanKind.SERVER,
        attributes: {},
        parent: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
      }).end();
    }
  }
  await close();
  for (const spans of Map.groupBy(collector.spans, ({ name }) => name).values()) {
    expect(spans.length).toBeGreaterThan(0);
    expect(spans.length).toBeLessThan(count);
  }
  expect(new Set(collector.spans.map(({ name }) => name)).size).toBe(2);
});
