import { withUsualTls } from "@mdreader/db";
import { PgBoss } from "pg-boss";
import type { Logger } from "pino";

/** The queue of jobs, at work. */
export interface Jobs {
  boss: PgBoss;
  /** Takes no new jobs, lets those under way finish, and closes the connections. May be called again. */
  stop(): Promise<void>;
}

/** How many milliseconds a job that is under way may take to finish; after that it is done again at the next start. */
const stopTimeoutMs = 5000;

/** A connection that died without a word is given up: the queue hands these on to `pg`. */
const maxConnections = {
  application_name: "mdreader jobs",
  max: 3,
  connectionTimeoutMillis: 5000,
  query_timeout: 10_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 5000,
};

/**
 * Starts the queue of jobs, in a schema of its own on the database at `url`. It survives the database being away: what is
 * queued is in the database, and what was under way is done again.
 */
export async function startJobs(url: string, log: Logger): Promise<Jobs> {
  const boss = new PgBoss({
    ...maxConnections,
    connectionString: withUsualTls(url),
    useListenNotify: true,
    registerInstance: false,
    monitorVacuum: false,
    openTelemetry: { enabled: false },
  });
  boss.on("error", (error) => log.warn({ err: error }, "the queue of jobs has trouble"));
  boss.on("warning", ({ message }) => log.warn({ warning: message }, "the queue of jobs warns"));
  await boss.start();
  let stopped: Promise<void> | null = null;
  return { boss, stop: () => (stopped ??= boss.stop({ graceful: true, timeout: stopTimeoutMs })) };
}
