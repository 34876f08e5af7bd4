import { createTraceHeaders, isTracing, runInSpan, SpanKind } from "@mdreader/db";
import { z } from "zod";

/** The trace of the call that queued a job. It is stored with the job's data. */
const jobTrace = z.object({ traceparent: z.string().optional(), tracestate: z.string().optional() });

/** Runs a job in a span, below that of the call that queued it. */
export async function traceJob(queue: string, data: unknown, run: () => Promise<void>): Promise<void> {
  if (!isTracing()) return run();
  const attributes = {
    "messaging.system": "pg-boss",
    "messaging.operation.type": "process",
    "messaging.operation.name": "process",
    "messaging.destination.name": queue,
  };
  const parent = jobTrace.safeParse(data).data ?? {};
  return runInSpan(`process ${queue}`, { kind: SpanKind.CONSUMER, attributes, parent }, run);
}

/** Adds the active trace to the data of a job. */
export const withTrace = <Data extends object>(data: Data): Data =>
  isTracing() ? { ...data, ...createTraceHeaders() } : data;
