import { Connection, type ConnectionOptions } from "./connection.ts";
import { ConnectionError } from "./errors.ts";

/** The watchdog's view of a pool. */
export interface WatchedPool {
  listConnections(): Iterable<Connection>;
  /** Without a reason, an idle connection is closed gracefully. */
  drop(connection: Connection, reason?: ConnectionError): void;
  rejectWaiting(before: number, reason: ConnectionError): void;
}

export interface Watchdog {
  stop(): void;
}

const sweepMs = 500;
/** Milliseconds without a response after which a statement is checked. */
const suspectAfterMs = 2000;
/**
 * Milliseconds beyond the statement timeout, counted from when Postgres was last seen working, after which a statement
 * fails.
 */
const graceMs = 5000;
const probeTimeoutMs = 3000;
/** Maximum wait for a free connection. It exceeds the timeout of every call. */
const maxWaitMs = 20_000;
const idleMs = 60_000;

/**
 * Detects connections that died silently, as when a link is cut or the database moves. TCP alone would retransmit for
 * 15 minutes. When a statement has had no response for a while, a new connection, with a fresh name lookup, reads from
 * Postgres which of our sessions exist and which are active. All others are closed. A slow statement continues.
 */
export function createWatchdog(options: ConnectionOptions, watched: WatchedPool): Watchdog {
  const { statementTimeoutMs = 0 } = options;
  let isProbing = false;

  const probe = async () => {
    isProbing = true;
    const before = Array.from(watched.listConnections(), (connection) => ({
      connection,
      since: connection.waitingSince,
      bytes: connection.bytesRead,
    }));
    try {
      const states = await readStates(options);
      if (states === null) return;
      await new Promise(setImmediate); // data that has arrived in the meantime is read first
      for (const { connection, since, bytes } of before) {
        const state = states.get(connection.pid ?? 0);
        const isWaiting = since !== null && connection.waitingSince === since;
        const isWorking = isWaiting && (state === "active" || connection.bytesRead > bytes);
        if (isWorking) connection.seenWorkingAt = performance.now();
        else if (state === undefined || (isWaiting && performance.now() - since > suspectAfterMs)) {
          watched.drop(connection, new ConnectionError("the connection is dead"));
        }
      }
    } catch {
      // The database can't be reached now. The next check follows soon.
    } finally {
      isProbing = false;
    }
  };

  const sweep = () => {
    const now = performance.now();
    let isSuspicious = false;
    for (const connection of watched.listConnections()) {
      const { waitingSince, seenWorkingAt, idleSince } = connection;
      if (waitingSince === null) {
        if (idleSince !== null && now - idleSince > idleMs) watched.drop(connection);
        continue;
      }
      isSuspicious ||= now - Math.max(waitingSince, seenWorkingAt) > suspectAfterMs;
      const allowedMs = statementTimeoutMs + graceMs;
      if (statementTimeoutMs > 0 && now - Math.max(waitingSince, seenWorkingAt) > allowedMs) {
        watched.drop(connection, new ConnectionError("the statement received no response"));
      }
    }
    watched.rejectWaiting(now - maxWaitMs, new ConnectionError("no connection was free", "CONNECTION_BUSY"));
    if (isSuspicious && !isProbing) void probe();
  };

  const timer = setInterval(sweep, sweepMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/**
 * Reads the server's sessions by process ID, with their states. Null behind a pooler, which assigns other process IDs.
 */
async function readStates(options: ConnectionOptions): Promise<Map<number, string> | null> {
  const connection = await Connection.open({
    ...options,
    connectTimeoutMs: probeTimeoutMs,
    statementTimeoutMs: probeTimeoutMs,
  });
  const late = setTimeout(() => connection.destroy(), probeTimeoutMs);
  try {
    const { rows } = await connection.run({
      text: "select pid, coalesce(state, 'active') from pg_stat_activity where backend_type = 'client backend'",
      parameters: [],
      inArrays: true,
    });
    const states = new Map<number, string>();
    for (const row of rows) {
      if (Array.isArray(row)) states.set(Number(row[0]), String(row[1]));
    }
    return states.has(connection.pid ?? 0) ? states : null;
  } finally {
    clearTimeout(late);
    connection.close();
  }
}
