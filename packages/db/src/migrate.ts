import { fileURLToPath } from "node:url";

import { runMigrations } from "./driver/drizzle.ts";
import { openSession } from "./driver/index.ts";

const migrationsFolder = fileURLToPath(new URL("../migrations", import.meta.url));

/** Names the advisory lock that lets one process migrate at a time. */
const migrationLock = 7_001_000_002;

/**
 * Brings the database at `url` to the newest schema, wholly or not at all. Of several servers that start at once, one
 * does it and the others wait.
 */
export const migrate = (url: string): Promise<void> => applyMigrations(url, migrationsFolder);

/** Does so with the migrations of a folder. */
export async function applyMigrations(url: string, folder: string): Promise<void> {
  // One connection, which holds the lock as long as it lives; when it is lost, so is the migration.
  await using session = await openSession(url);
  await session.sql`select pg_advisory_lock(${migrationLock})`;
  await runMigrations(session.runner, folder);
}
