import {
  type Attributes,
  type Context,
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapPropagator,
  trace,
  type Tracer,
} from "@opentelemetry/api";

/**
 * Traces of OpenTelemetry. While they are off, callers must check `isTracing()` and do nothing else, so that calls and
 * statements allocate nothing for them.
 *
 * Spans never carry texts, tokens, addresses or parameters of statements, and no messages of errors, which may quote them.
 */
interface Tracing {
  tracer: Tracer;
  propagator: TextMapPropagator;
}

/** A process has one, because the active span is a global of OpenTelemetry. */
let tracing: Tracing | null = null;

/** Starts tracing. A context manager must be registered. @returns A function that ends it. */
export function startTracing(started: Tracing): () => void {
  tracing = started;
  return () => {
    if (tracing === started) tracing = null;
  };
}

export const isTracing = (): boolean => tracing !== null;

/** The HTTP headers, or fields of a stored job, that carry a trace. */
export type TraceCarrier = Readonly<Record<string, unknown>>;

export interface SpanOptions {
  kind: SpanKind;
  attributes?: Attributes;
  /** The origin of the trace: `traceparent`, and `tracestate` if there is one. The active span by default. */
  parent?: TraceCarrier;
}

/** An operation that is being traced. */
export interface ActiveSpan {
  traceId: string;
  /** Runs a part of the operation, whose spans become children. */
  run<T>(work: () => T): T;
  /** Adds what is known only later. */
  describe(attributes: Attributes, name?: string): void;
  /**
   * Ends the span.
   * @param failure The type of the error: a reason, code or class. Undefined after a success.
   * @param isFault Whether this system failed, instead of refusing an invalid request.
   */
  end(failure?: string, isFault?: boolean): void;
}

/** Starts a span. Tracing must be on. */
export function startSpan(name: string, { kind, attributes, parent }: SpanOptions): ActiveSpan {
  if (tracing === null) return noSpan;
  const outer = parent === undefined ? context.active() : toContext(tracing, parent);
  const span = tracing.tracer.startSpan(name, { kind, ...(attributes && { attributes }) }, outer);
  const inner = trace.setSpan(outer, span);
  return {
    traceId: span.spanContext().traceId,
    run: (work) => context.with(inner, work),
    describe(more, renamed) {
      span.setAttributes(more);
      if (renamed !== undefined) span.updateName(renamed);
    },
    end: (failure, isFault = true) => endSpan(span, failure, isFault),
  };
}

/** Tracing may end between a check and a span. */
const noSpan: ActiveSpan = { traceId: "", run: (work) => work(), describe() {}, end() {} };

function endSpan(span: Span, failure: string | undefined, isFault: boolean): void {
  if (failure !== undefined) span.setAttribute("error.type", failure);
  if (failure !== undefined && isFault) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

const toContext = ({ propagator }: Tracing, carrier: TraceCarrier): Context =>
  propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);

/** Runs `work` in a span. Tracing must be on. @param work Receives the span, to add attributes. */
export async function runInSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: ActiveSpan) => Promise<T>,
): Promise<T> {
  const span = startSpan(name, options);
  try {
    const result = await span.run(() => work(span));
    span.end();
    return result;
  } catch (error) {
    span.end(toErrorType(error));
    throw error;
  }
}

/** Names an error without its message, which may quote content. */
export function toErrorType(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { cause } = error;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return "code" in error ? String(error.code) : error.name;
}

/** Whether an operation is active whose statements and requests are worth a span. */
export const hasActiveSpan = (): boolean => tracing !== null && trace.getActiveSpan() !== undefined;

/** The trace of the active operation; undefined without one. */
export const findTraceId = (): string | undefined =>
  tracing === null ? undefined : trace.getActiveSpan()?.spanContext().traceId;

/** Returns the headers that pass the active trace on; none while tracing is off. */
export function createTraceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  if (tracing !== null) tracing.propagator.inject(context.active(), headers, defaultTextMapSetter);
  return headers;
}

/** Runs `work` outside of all traces: timers outlive the calls that set them. */
export const runUntraced = (work: () => void): void => context.with(ROOT_CONTEXT, work);

export { SpanKind };
