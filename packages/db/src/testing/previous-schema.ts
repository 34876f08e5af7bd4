import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { applyMigrations } from "../migrate.ts";
import { createEmptyDatabase } from "./database.ts";

const migrations = fileURLToPath(new URL("../../migrations", import.meta.url));

/**
 * Creates an empty database with the schema of an earlier release.
 * @param newest The name of the newest migration of that release.
 */
export async function createDatabaseAtMigration(newest: string): Promise<AsyncDisposable & { url: string }> {
  const folder = await copyMigrations(newest);
  const database = await createEmptyDatabase();
  await applyMigrations(database.url, folder);
  await rm(folder, { recursive: true });
  return database;
}

/** Creates a folder with the migrations up to `newest`. */
async function copyMigrations(newest: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mdreader-former-"));
  const journal: { entries: { tag: string }[] } = JSON.parse(
    await readFile(join(migrations, "meta", "_journal.json"), "utf8"),
  );
  const last = journal.entries.findIndex(({ tag }) => tag === newest);
  if (last === -1) throw new Error(`Migration ${newest} does not exist.`);
  const entries = journal.entries.slice(0, last + 1);
  await mkdir(join(folder, "meta"));
  await writeFile(join(folder, "meta", "_journal.json"), JSON.stringify({ ...journal, entries }));
  for (const { tag } of entries) await cp(join(migrations, `${tag}.sql`), join(folder, `${tag}.sql`));
  return folder;
}
