import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { runInSpan, SpanKind } from "@mdreader/db";
import { expect, test } from "vitest";

import { startTraceCollector } from "../../test/trace-collector.ts";
import { createLogs } from "./logger.ts";
import { limitedFetch } from "./oidc/limited-fetch.ts";
import { traceRequests } from "./storage/trace-requests.ts";
import { openTracing } from "./tracing.ts";

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
  const close = await openTracing(
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: undefined,
      OTEL_SERVICE_NAME: "mdreader",
      OTEL_TRACES_SAMPLER_ARG: 1,
    },
    createLogs("silent").log,
  );
  const presigned = await runInSpan("call", { kind: SpanKind.INTERNAL }, async () => {
    await limitedFetch(`${url}/token?code=private-code`, {
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
