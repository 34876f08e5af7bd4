import { startTracing } from "@mdreader/db";
import { context, diag, DiagLogLevel } from "@opentelemetry/api";
import type { Sampler } from "@opentelemetry/sdk-trace";
import type { Logger } from "pino";

import type { Config } from "../config.ts";
import { installation } from "../installation.ts";

export type TracingSettings = Pick<
  Config,
  | "OTEL_EXPORTER_OTLP_ENDPOINT"
  | "OTEL_EXPORTER_OTLP_HEADERS"
  | "OTEL_SERVICE_NAME"
  | "OTEL_TRACES_SAMPLER_ARG"
>;

/** Longest wait for the collector, even when the server stops. */
const exportTimeoutMs = 5000;

/**
 * Records traces and sends them to the collector at `OTEL_EXPORTER_OTLP_ENDPOINT`. Without that setting, nothing of the
 * SDK is loaded.
 * @returns A function that sends the remaining spans and stops.
 */
export async function openTracing(settings: TracingSettings, log: Logger): Promise<() => Promise<void>> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers } = settings;
  if (endpoint === undefined) return async () => {};
  const [{ BatchSpanProcessor, ParentBasedSampler, SamplingDecision, TracerProvider }, ...others] =
    await Promise.all([
      import("@opentelemetry/sdk-trace"),
      import("@opentelemetry/exporter-trace-otlp-http"),
      import("@opentelemetry/context-async-hooks"),
      import("@opentelemetry/core"),
      import("@opentelemetry/resources"),
    ]);
  const [
    { OTLPTraceExporter },
    { AsyncLocalStorageContextManager },
    { W3CTraceContextPropagator },
    { resourceFromAttributes },
  ] = others;

  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, "")}/v1/traces`,
    timeoutMillis: exportTimeoutMs,
    ...(headers !== undefined && { headers }),
  });
  // Unlike a sampler by the trace's ID, which callers choose.
  const randomSampler: Sampler = {
    shouldSample: () => {
      const isRecorded = Math.random() < settings.OTEL_TRACES_SAMPLER_ARG;
      return { decision: isRecorded ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
    },
    toString: () => "random",
  };
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      "service.name": settings.OTEL_SERVICE_NAME,
      "service.version": installation.version,
    }),
    // Callers can name a trace, but not decide that it is recorded.
    sampler: new ParentBasedSampler({
      root: randomSampler,
      remoteParentSampled: randomSampler,
      remoteParentNotSampled: randomSampler,
    }),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: exportTimeoutMs })],
  });
  const warn = (message: string) => log.warn({ detail: message.slice(0, 200) }, "traces couldn't be sent");
  const ignore = () => {};
  diag.setLogger(
    { error: warn, warn: ignore, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
  );
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const stop = startTracing({
    tracer: provider.getTracer("mdreader", installation.version),
    propagator: new W3CTraceContextPropagator(),
  });
  return async () => {
    stop();
    await provider.shutdown().catch((error: unknown) => log.warn({ err: error }, "traces couldn't be sent"));
    context.disable();
    diag.disable();
  };
}
