import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** The metrics of one server. */
export interface Metrics {
  /** Records a completed request and its duration. */
  request(labels: { method: string; route: string; status: number }, seconds: number): void;
  /** Counts an error that a browser has reported. */
  browserError(kind: string): void;
  /** Returns all metrics in Prometheus' text format, with the content type. */
  expose(): Promise<{ type: string; text: string }>;
}

/** Values that are read when metrics are collected. */
export interface Sources {
  sockets(): { connections: number; subscriptions: number };
  streams(): { connections: number; subscriptions: number };
  /** Requests in flight. */
  inFlight(): number;
  /** Connections to Postgres by state. */
  connections(): Promise<Readonly<Record<string, number>>>;
  poolSize: number;
  /** Documents that could not be restored from their logs. */
  damagedDocuments(): number;
  /** Bytes in memory of requests and responses, by whether the caller is signed in. */
  bufferedBytes(): { authenticated: number; unauthenticated: number };
}

/**
 * Milliseconds between samples of the event loop's delay, which each sample includes. A timer wakes the process for each one:
 * every 10 ms, this took more CPU than everything else that an idle server does.
 */
const eventLoopSampleMs = 100;

/** Process metrics: memory, garbage collection and event loop delay. All servers in the process share them. */
const processLabel = new Registry();
collectDefaultMetrics({ register: processLabel, eventLoopMonitoringPrecision: eventLoopSampleMs });

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

export function createMetrics(sources: Sources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: "mdreader_http_request_duration_seconds",
    help: "Duration of HTTP requests",
    labelNames: ["method", "route", "status"],
    buckets,
    registers,
  });
  const browserErrors = new Counter({
    name: "mdreader_browser_errors_total",
    help: "Errors in browsers that the web app has reported",
    labelNames: ["kind"],
    registers,
  });
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name: `mdreader_${name}`,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge("http_requests_in_flight", "HTTP requests in flight", sources.inFlight);
  gauge("ws_connections", "Open WebSocket connections", () => sources.sockets().connections);
  gauge("ws_subscriptions", "Active subscriptions over WebSockets", () => sources.sockets().subscriptions);
  gauge("stream_connections", "Open HTTP streams", () => sources.streams().connections);
  gauge("stream_subscriptions", "Active subscriptions over HTTP", () => sources.streams().subscriptions);
  gauge("documents_damaged", "Known documents that can't be read", sources.damagedDocuments);
  gauge("db_pool_size", "Maximum number of connections to PostgreSQL", () => sources.poolSize);
  const bufferedBytes = (callers: "authenticated" | "unauthenticated") =>
    gauge(
      `${callers}_buffered_bytes`,
      `Bytes in memory that ${callers} callers are sending or haven't read`,
      () => sources.bufferedBytes()[callers],
    );
  bufferedBytes("authenticated");
  bufferedBytes("unauthenticated");
  const connections = new Gauge({
    name: "mdreader_db_connections",
    help: "Connections to PostgreSQL by state; absent while PostgreSQL is unavailable",
    labelNames: ["state"],
    registers: [],
    async collect() {
      this.reset();
      for (const [state, count] of Object.entries(await sources.connections())) this.set({ state }, count);
    },
  });
  registry.registerMetric(connections);

  const all = Registry.merge([processLabel, registry]);
  return {
    browserError: (kind) => browserErrors.inc({ kind }),
    request: (labels, seconds) => requests.observe(labels, seconds),
    expose: async () => ({ type: all.contentType, text: await all.metrics() }),
  };
}
