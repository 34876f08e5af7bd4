import {
  connect,
  type Database,
  DatabaseUnreachableError,
  DatabaseUnsupportedError,
  migrate,
  assertServerSupported,
} from "@mdreader/db";
import { EmbeddedPostgresUnavailable, openCluster } from "@mdreader/db/embedded";

import type { Config } from "./config.ts";
import { errorMessage } from "./error-utils.ts";
import { StartError } from "./start-error.ts";

/** An open, migrated database. */
export interface OpenDatabase {
  /** Contains the password. */
  url: string;
  database: Database;
  /** Closes the pool and releases the embedded PostgreSQL. */
  close(): Promise<void>;
}

export interface OpenDatabaseOptions {
  /** Receives messages about the embedded PostgreSQL while it runs. */
  log?: (message: string) => void;
  /** Receives a message before each slow step. */
  onProgress?: (message: string) => void;
}

/** The address of the database, which may not be migrated, and how to release it. */
export interface DatabaseLocation {
  /** Contains the password. */
  url: string;
  release(): Promise<void>;
}

/**
 * Opens the database at DATABASE_URL, or the embedded one, and migrates it.
 * @throws StartError
 */
export async function openDatabase(
  config: Pick<Config, "DATABASE_URL" | "DATABASE_POOL_SIZE" | "DATA_DIR">,
  { log = () => {}, onProgress = () => {} }: OpenDatabaseOptions = {},
): Promise<OpenDatabase> {
  onProgress(config.DATABASE_URL === undefined ? "Starting PostgreSQL…" : "Connecting to PostgreSQL…");
  const { url, release } = await locateDatabase(config, { log });
  onProgress("Preparing the database…");
  try {
    await migrate(url);
  } catch (error) {
    await release();
    throw new StartError(`The database couldn't be migrated: ${errorMessage(error)}`, {
      cause: error,
    });
  }
  const database = connect(url, { poolSize: config.DATABASE_POOL_SIZE });
  return {
    url,
    database,
    async close() {
      try {
        await database.close();
      } finally {
        await release();
      }
    },
  };
}

/**
 * Finds the database at DATABASE_URL, or starts the embedded one, which is created on first use.
 * @throws StartError
 */
export async function locateDatabase(
  { DATABASE_URL: url, DATA_DIR: dataDir }: Pick<Config, "DATABASE_URL" | "DATA_DIR">,
  { log = () => {} }: Pick<OpenDatabaseOptions, "log"> = {},
): Promise<DatabaseLocation> {
  try {
    if (url !== undefined) {
      await assertServerSupported(url);
      return { url, release: async () => {} };
    }
    const cluster = await openCluster({ dataDir, log });
    return { url: cluster.url(), release: () => cluster.close() };
  } catch (error) {
    const inWords =
      error instanceof DatabaseUnreachableError ||
      error instanceof DatabaseUnsupportedError ||
      error instanceof EmbeddedPostgresUnavailable;
    throw new StartError(
      inWords ? error.message : `The embedded PostgreSQL couldn't be started: ${errorMessage(error)}`,
      { cause: error },
    );
  }
}
