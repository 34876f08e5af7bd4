import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What is measured of one server. */
export interface Metrics {
  /** Notes a request that was answered. `seconds` is how long that took. */
  request(labels: { method: string; route: string; status: number }, seconds: number): void;
  /** All of it in Prometheus' text format, with its content type. */
  expose(): Promise<{ type: string; text: string }>;
}

/** What is asked for when somebody looks. */
export interface Sources {
  sockets(): { connections: number; subscriptions: number };
  /** Requests that are being answered. */
  inFlight(): number;
  /** How many statements wait or run, as far as Postgres can tell. */
  connections(): Promise<Readonly<Record<string, number>>>;
  poolSize: number;
  /** Documents that could not be built from their logs. */
  damagedDocuments(): number;
  /** Bytes that connections hold in memory. */
  usedBytes(): { strangers: number; callers: number };
}

/** Of the process: memory, garbage collection, the event loop's delay. One set, however many servers it has. */
const processLabel = new Registry();
collectDefaultMetrics({ register: processLabel });

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

export function createMetrics(sources: Sources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: "mdreader_http_request_duration_seconds",
    help: "How long requests took to answer",
    labelNames: ["method", "route", "status"],
    buckets,
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
  gauge("http_requests_in_flight", "Requests that are being answered", sources.inFlight);
  gauge("ws_connections", "Open WebSocket connections", () => sources.sockets().connections);
  gauge("ws_subscriptions", "Subscriptions that run", () => sources.sockets().subscriptions);
  gauge("documents_damaged", "Documents that can't be read, as far as is known", sources.damagedDocuments);
  gauge("db_pool_size", "Connections to Postgres at most", () => sources.poolSize);
  const usedBytes = (of: "strangers" | "callers") =>
    gauge(
      `${of}_held_bytes`,
      `Bytes in memory that ${of} send, or have not taken`,
      () => sources.usedBytes()[of],
    );
  usedBytes("strangers");
  usedBytes("callers");
  const connections = new Gauge({
    name: "mdreader_db_connections",
    help: "Connections to Postgres by state; missing while Postgres does not answer",
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
    request: (labels, seconds) => requests.observe(labels, seconds),
    expose: async () => ({ type: all.contentType, text: await all.metrics() }),
  };
}
