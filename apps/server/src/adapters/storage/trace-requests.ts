import type { S3Client } from "@aws-sdk/client-s3";
import { createTraceHeaders, hasActiveSpan, runInSpan, SpanKind } from "@mdreader/db";

const isRequest = (request: unknown): request is { headers: Record<string, string> } =>
  typeof request === "object" && request !== null && "headers" in request;

/**
 * Records the requests to the bucket in spans, and passes the trace on. Keys and addresses are not recorded. The header is
 * added after a request has been signed, so presigned requests, which are not sent from here, have none.
 */
export function traceRequests(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName = "request" }) =>
      (call) => {
        if (!hasActiveSpan()) return next(call);
        const operation = commandName.replace(/Command$/, "");
        const attributes = { "rpc.system": "aws-api", "rpc.service": "S3", "rpc.method": operation };
        return runInSpan(`S3/${operation}`, { kind: SpanKind.CLIENT, attributes }, () => {
          if (isRequest(call.request)) Object.assign(call.request.headers, createTraceHeaders());
          return next(call);
        });
      },
    { name: "traceRequests", step: "deserialize", priority: "high" },
  );
}
