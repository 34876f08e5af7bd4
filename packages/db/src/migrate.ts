import { fileURLToPath } from "node:url";

import { runMigrations } from "./driver/drizzle.ts";
import { openSession } from "./driver/index.ts";

const migrationsFolder = fileURLToPath(new URL("../migrations", import.meta.url));

/** The key of the advisory lock that lets one process migrate at a time. */
const migrationLock = 7_001_000_002;

/**
 * Migrates the database at `url` to the newest schema, completely or not at all. If several servers start at once, one
 * migrates and the others wait.
 */
export const migrate = (url: string): Promise<void> => applyMigrations(url, migrationsFolder);

/** Applies the migrations of a folder. */
export async function applyMigrations(url: string, folder: string): Promise<void> {
  // One connection holds the lock for its lifetime. If it is lost, the migration is rolled back.
  await using session = await openSession(url);
  await session.sql`select pg_advisory_lock(${migrationLock})`;
  await runMigrations(session.runner, folder);
}
