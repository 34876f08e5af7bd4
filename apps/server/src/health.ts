import { pingDatabase, countConnections, type Database } from "@mdreader/db";

/** How the server and what it stands on are doing. */
export interface Health {
  /** Asks now, in bounded time, and one question at a time, however many want to know. */
  database(): Promise<DatabaseCheck>;
  /** The connections to Postgres by state; none while it does not answer. */
  connections(): Promise<Readonly<Record<string, number>>>;
}

export interface DatabaseCheck {
  ok: boolean;
  /** How long the answer took, or was waited for. */
  ms: number;
}

/** Milliseconds that Postgres has for its answer. */
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

/** While a question waits for its answer, all who ask wait for that one: a frozen database collects no heap of them. */
function coalesce<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | null = null;
  return () =>
    (asking ??= ask().finally(() => {
      asking = null;
    }));
}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("too late")), timeoutMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
