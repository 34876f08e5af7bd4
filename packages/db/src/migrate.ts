import { fileURLToPath } from "node:url";

import { advisoryLocks } from "./advisory-locks.ts";
import type { Database } from "./connect.ts";
import { type Migration, readMigrations, runMigrations } from "./driver/drizzle.ts";
import { openSession, type Session } from "./driver/index.ts";

const migrationsFolder = fileURLToPath(new URL("../migrations", import.meta.url));

/**
 * Migrates the database at `url` to the newest schema, completely or not at all. If several servers start at once, one
 * migrates and the others wait.
 */
export const migrate = (url: string): Promise<void> => applyMigrations(url, migrationsFolder);

/** Applies the migrations of a folder. */
export async function applyMigrations(url: string, folder: string): Promise<void> {
  // One connection holds the lock for its lifetime. If it is lost, the migration is rolled back.
  await using session = await openSession(url);
  await lockMigrations(session);
  await runMigrations(session.runner, readMigrations(folder));
}

/** Waits until no other process changes the schema, and prevents others from doing so until the session ends. */
export async function lockMigrations({ sql }: Session): Promise<void> {
  await sql`select pg_advisory_lock(${advisoryLocks.migration})`;
}

/** Counts the migrations that the database has, and those of this version that it lacks. */
export async function countMigrations({
  sql,
}: Pick<Database, "sql">): Promise<{ applied: number; pending: number }> {
  const rows = await sql<{ at: string }[]>`select created_at::text as at from drizzle.__drizzle_migrations`;
  const applied = new Set(rows.map(({ at }) => Number(at)));
  const pending = readAllMigrations().filter(({ folderMillis }) => !applied.has(folderMillis));
  return { applied: applied.size, pending: pending.length };
}

/** Reads all migrations of this version, from the oldest to the newest. */
export const readAllMigrations = (): Migration[] => readMigrations(migrationsFolder);
