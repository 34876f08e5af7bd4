import { Connection, type ConnectionOptions } from "./connection.ts";
import { ConnectionError } from "./errors.ts";

/** What the watchdog sees of a pool, and does to it. */
export interface WatchedPool {
  connections(): Iterable<Connection>;
  /** Without a reason, a connection that rests is closed as one takes one's leave. */
  drop(connection: Connection, reason?: ConnectionError): void;
  rejectWaiting(before: number, reason: ConnectionError): void;
}

export interface Watchdog {
  stop(): void;
}

const sweepMs = 500;
/** A statement without an answer for so long is looked after. */
const suspectAfterMs = 2000;
/** Without an answer for so long after Postgres' own limit, or after it was last seen working, a statement is given up. */
const graceMs = 5000;
const probeTimeoutMs = 3000;
/** How long one waits for a connection; longer than any call waits for its answer. */
const maxWaitMs = 20_000;
const idleMs = 60_000;

/**
 * Finds connections that died without a word, as when a link is cut or the database moves: TCP would send again for a
 * quarter of an hour. When a statement has no answer for a while, another connection, with a fresh look at the name, asks
 * Postgres which sessions of ours it has, and which are at work: all others are closed. A statement that only takes long
 * goes on.
 */
export function createWatchdog(options: ConnectionOptions, watched: WatchedPool): Watchdog {
  const { statementTimeoutMs = 0 } = options;
  let probing = false;

  const probe = async () => {
    probing = true;
    const before = Array.from(watched.connections(), (connection) => ({
      connection,
      since: connection.waitingSince,
      bytes: connection.bytesRead,
    }));
    try {
      const states = await readStates(options);
      if (states === null) return;
      await new Promise(setImmediate); // what has arrived meanwhile is read first
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
      // The database can't be reached now: the next look is soon.
    } finally {
      probing = false;
    }
  };

  const sweep = () => {
    const now = performance.now();
    let isSuspicious = false;
    for (const connection of watched.connections()) {
      const { waitingSince, seenWorkingAt, idleSince } = connection;
      if (waitingSince === null) {
        if (idleSince !== null && now - idleSince > idleMs) watched.drop(connection);
        continue;
      }
      isSuspicious ||= now - Math.max(waitingSince, seenWorkingAt) > suspectAfterMs;
      const given = statementTimeoutMs + graceMs;
      if (statementTimeoutMs > 0 && now - Math.max(waitingSince, seenWorkingAt) > given) {
        watched.drop(connection, new ConnectionError("the statement was not answered"));
      }
    }
    watched.rejectWaiting(now - maxWaitMs, new ConnectionError("no connection was free", "CONNECTION_BUSY"));
    if (isSuspicious && !probing) void probe();
  };

  const timer = setInterval(sweep, sweepMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** The sessions at the server by process, and what they do; null where a pooler in between gives them other numbers. */
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
