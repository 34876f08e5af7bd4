import { fileURLToPath } from "node:url";

import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";

const migrationsFolder = fileURLToPath(new URL("../migrations", import.meta.url));

/** Names the advisory lock that lets one process migrate at a time. */
const migrationLock = 7_001_000_002;

/**
 * Brings the database at `url` to the newest schema, wholly or not at all. Of several servers that start at once, one
 * does it and the others wait.
 */
export async function migrate(url: string): Promise<void> {
  // One connection, which holds the lock as long as it lives.
  const sql = postgres(url, { max: 1, connect_timeout: 5, max_lifetime: null, onnotice: () => {} });
  try {
    await sql`select pg_advisory_lock(${migrationLock})`;
    await applyMigrations(drizzle(sql), { migrationsFolder });
  } finally {
    await sql.end({ timeout: 5 });
  }
}
