import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

import postgres from "postgres";

import { type Account, commandFor, unprivilegedAccount } from "./account.ts";
import { type Binaries, embeddedVersion, findBinaries } from "./binaries.ts";
import { initialize, passwordFile, programEnvironment, removeDrafts, superuser } from "./initialize.ts";
import {
  type ClusterSettings,
  findPostmaster,
  forgetImpostor,
  isAlive,
  startPostmaster,
} from "./postmaster.ts";

const run = promisify(execFile);

export interface ClusterOptions {
  /** The folder that holds the cluster, in a folder `postgres`, and its log. */
  dataDir: string;
  /** The database to make on first use. */
  database?: string;
  /** Server settings, over ours. */
  settings?: ClusterSettings;
}

/** A PostgreSQL of our own, open. */
export interface Cluster {
  /** The address of a database in it. It contains the password. */
  url(database?: string): string;
  /** Lets go of it. Who lets go last stops the server, and waits until it has stopped. */
  close(): Promise<void>;
}

/** Names the advisory lock that says "I have this cluster open". */
const openLock = 7_001_000_001;

const openTimeout = 60_000;
/** How often a server that ends at once is started again: it may have met another one that was about to stop. */
const maxStarts = 20;

/**
 * Opens the cluster in a data folder: makes it on first use, starts its server or attaches to the one that runs.
 *
 * A server that outlived its parent, after a kill -9, is attached to. Several processes can have the cluster open at
 * once: each holds a shared lock in the server as long as it lives, and who closes tries for the exclusive one. There
 * are no lock files to go stale: the lock ends with its connection.
 *
 * @throws EmbeddedPostgresUnavailable, or an Error that says what PostgreSQL said.
 */
export async function openCluster({
  dataDir,
  database = "mdreader",
  settings = {},
}: ClusterOptions): Promise<Cluster> {
  const binaries = await findBinaries();
  const account = unprivilegedAccount();
  const cluster = join(resolve(dataDir), "postgres");
  await mkdir(dataDir, { recursive: true });
  await initialize(cluster, binaries, account);
  await checkVersion(cluster);
  const { sql, url } = await enter(cluster, binaries, account, settings);
  try {
    await removeDrafts(cluster);
    await createDatabase(sql, database);
  } catch (error) {
    await leave(sql, cluster, binaries, account);
    throw error;
  }
  return {
    url: (name = database) => url(name),
    close: () => leave(sql, cluster, binaries, account),
  };
}

interface Entered {
  /** The connection that holds the shared lock. */
  sql: postgres.Sql;
  url(database: string): string;
}

/** Starts the server, or finds it, and takes the shared lock. Tries again where another process stops or starts it. */
async function enter(
  cluster: string,
  binaries: Binaries,
  account: Account | null,
  settings: ClusterSettings,
): Promise<Entered> {
  const password = await readFile(join(cluster, passwordFile), "utf8");
  const deadline = Date.now() + openTimeout;
  let ended: Promise<string> | null = null;
  let lastWord = "";
  for (let starts = 0; starts < maxStarts && Date.now() < deadline;) {
    const postmaster = await findPostmaster(cluster);
    if (postmaster !== null) {
      const url = (name: string) =>
        `postgres://${superuser}:${password}@127.0.0.1:${postmaster.port}/${name}`;
      const sql = await takeLock(url("postgres"));
      if (sql !== null) return { sql, url };
      await forgetImpostor(cluster, postmaster);
    }
    // Nobody answers. The first time, and whenever a server has ended, start one.
    const exited: string | null = ended === null ? "" : await Promise.race([ended, delay(50, null)]);
    if (exited !== null) {
      lastWord = exited === "" ? lastWord : exited;
      ended = (await startPostmaster(cluster, binaries, account, settings)).ended;
      starts += 1;
      await delay(50);
    }
  }
  throw new Error(`The embedded PostgreSQL did not start. It said: ${lastWord || `see ${cluster}.log`}`);
}

/** A connection that holds the shared lock; null where no server answers, or where it is being stopped. */
async function takeLock(url: string): Promise<postgres.Sql | null> {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 5,
    idle_timeout: 0,
    max_lifetime: null,
    onnotice: () => {},
    connection: { application_name: "mdreader open" },
  });
  try {
    await sql`select pg_advisory_lock_shared(${openLock})`;
    return sql;
  } catch {
    await sql.end({ timeout: 0 });
    return null;
  }
}

async function leave(
  sql: postgres.Sql,
  cluster: string,
  binaries: Binaries,
  account: Account | null,
): Promise<void> {
  const last = await sql<[{ last: boolean }]>`
    select pg_advisory_unlock_shared(${openLock}), pg_try_advisory_lock(${openLock}) as last`.then(
    ([row]) => row.last,
    () => false, // the server is gone already
  );
  if (last) {
    const { file, args, options } = commandFor(
      account,
      binaries.pg_ctl,
      ["stop", "-D", cluster, "-m", "fast", "-w", "-t", "60"],
      [binaries.pg_ctl, cluster],
    );
    await run(file, args, { ...options, env: programEnvironment() }).catch(async (error: unknown) => {
      // A server that was killed is as good as stopped.
      const postmaster = await findPostmaster(cluster);
      if (postmaster !== null && isAlive(postmaster)) throw error;
    });
  }
  await sql.end({ timeout: 0 });
}

async function createDatabase(sql: postgres.Sql, name: string): Promise<void> {
  const [existing] = await sql`select 1 from pg_database where datname = ${name}`;
  if (existing !== undefined) return;
  await sql`create database ${sql(name)}`.catch((error: unknown) => {
    const raced = error instanceof postgres.PostgresError && ["42P04", "23505"].includes(error.code);
    if (!raced) throw error;
  });
}

async function checkVersion(cluster: string): Promise<void> {
  const version = (await readFile(join(cluster, "PG_VERSION"), "utf8")).trim();
  if (version === embeddedVersion) return;
  throw new Error(
    `The data in ${cluster} was written by PostgreSQL ${version}; this MDReader brings ${embeddedVersion}. ` +
      "Move it over with pg_dump and pg_restore, as docs/operations.md says.",
  );
}
