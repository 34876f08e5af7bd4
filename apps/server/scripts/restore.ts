import { BackupError } from "@mdreader/db";

import { createStorage } from "../src/adapters/storage/create-storage.ts";
import { describeBackup } from "../src/backup/describe.ts";
import { restoreBackup } from "../src/backup/restore.ts";
import { loadConfig } from "../src/config.ts";
import { locateDatabase } from "../src/database.ts";
import { installation } from "../src/installation.ts";

/** `pnpm restore <file>`, `mdreader-server restore <file>`: restores a backup into an empty database. */

const [source, ...others] = process.argv.slice(2);

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => stop.abort(new BackupError("Interrupted. The database is still empty.")));
}

if (source === undefined || others.length > 0) {
  console.error(`Usage: ${installation.toCommandLine("restore")} <file>`);
  process.exitCode = 2;
} else {
  try {
    const config = await loadConfig();
    const restored = await restoreBackup({
      source,
      openDatabase: () => locateDatabase(config),
      storage: createStorage(config),
      signal: stop.signal,
    });
    console.log([`Restored ${source}`, ...describeBackup(restored)].join("\n"));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
