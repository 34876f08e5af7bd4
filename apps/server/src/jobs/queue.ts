import { withStandardTls } from "@mdreader/db";
import { PgBoss } from "pg-boss";
import type { Logger } from "pino";

/** A running job queue. */
export interface Jobs {
  boss: PgBoss;
  /** Stops accepting jobs, lets running ones finish, and closes the connections. Can be called repeatedly. */
  stop(): Promise<void>;
}

/** Milliseconds that running jobs have to finish. Others run again after the next start. */
const stopTimeoutMs = 5000;

/** Detects dead connections. The queue passes these options to `pg`. */
const connectionOptions = {
  application_name: "mdreader jobs",
  max: 3,
  connectionTimeoutMillis: 5000,
  query_timeout: 10_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 5000,
};

/**
 * Starts the job queue in a separate schema of the database at `url`. Database outages lose nothing: queued jobs are
 * stored in the database, and interrupted ones run again.
 */
export async function startJobs(url: string, log: Logger): Promise<Jobs> {
  const boss = new PgBoss({
    ...connectionOptions,
    connectionString: withStandardTls(url),
    useListenNotify: true,
    registerInstance: false,
    monitorVacuum: false,
    openTelemetry: { enabled: false },
  });
  boss.on("error", (error) => log.warn({ err: error }, "job queue error"));
  boss.on("warning", ({ message }) => log.warn({ warning: message }, "job queue warning"));
  await boss.start();
  let stopped: Promise<void> | null = null;
  return { boss, stop: () => (stopped ??= boss.stop({ graceful: true, timeout: stopTimeoutMs })) };
}
