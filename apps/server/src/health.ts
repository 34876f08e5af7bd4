import { pingDatabase, countConnections, type Database } from "@mdreader/db";

/** Health of the server's dependencies. */
export interface Health {
  /** Pings the database with a timeout. Concurrent calls share one ping. */
  database(): Promise<DatabaseCheck>;
  /** Connections to Postgres by state; empty while it is unavailable. */
  connections(): Promise<Readonly<Record<string, number>>>;
}

export interface DatabaseCheck {
  ok: boolean;
  /** Duration of the ping, or of the wait for it. */
  ms: number;
}

/** Timeout of a query. */
const timeoutMs = 2000;

export function createHealth(database: Database): Health {
  const ask = coalesce(() => pingDatabase(database));
  const askConnections = coalesce(() => countConnections(database));
  return {
    async database() {
      const start = performance.now();
      const ok = await withTimeout(ask()).then(
        () => true,
        () => false,
      );
      return { ok, ms: Math.round(performance.now() - start) };
    },
    connections: () => withTimeout(askConnections()).catch(() => ({})),
  };
}

/** Concurrent callers share the query in flight, so that a hung database does not pile up queries. */
function coalesce<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | null = null;
  return () =>
    (asking ??= ask().finally(() => {
      asking = null;
    }));
}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("timed out")), timeoutMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
