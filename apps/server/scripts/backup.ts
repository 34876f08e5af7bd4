import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { BackupError } from "@mdreader/db";

import { createStorage } from "../src/adapters/storage/create-storage.ts";
import { createBackup } from "../src/backup/create.ts";
import { describeBackup } from "../src/backup/describe.ts";
import { verifyBackup } from "../src/backup/verify.ts";
import { type Config, loadConfig } from "../src/config.ts";
import { locateDatabase } from "../src/database.ts";
import { installation } from "../src/installation.ts";

/** `pnpm backup …`, `mdreader-server backup …`: backs up the database and the files, even while the server runs. */

const backup = installation.toCommandLine("backup");

const usage = `Usage:
  ${backup} <file or folder> [--skip-damaged-files]
                               Back up the database and the files. In a folder, the backup is named after the current time
  ${backup} verify <file>    Read a whole backup and verify its checksums`;

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => stop.abort(new BackupError("Interrupted. No backup was made.")));
}

function assertDatabaseExists({ DATABASE_URL: url, DATA_DIR: dataDir }: Config): void {
  if (url !== undefined || existsSync(join(dataDir, "postgres"))) return;
  throw new BackupError(
    `There is no database in ${dataDir}. Set DATA_DIR or DATABASE_URL as for the server.`,
  );
}

async function backUp(target: string, skipDamagedFiles: boolean): Promise<void> {
  const config = await loadConfig();
  assertDatabaseExists(config);
  const { url: databaseUrl, release } = await locateDatabase(config);
  try {
    const storage = createStorage(config);
    const { signal } = stop;
    const { path, ...made } = await createBackup({
      databaseUrl,
      storage,
      version: installation.version,
      target,
      skipDamagedFiles,
      signal,
    });
    console.log([`Backed up to ${path}`, ...describeBackup(made)].join("\n"));
  } finally {
    await release();
  }
}

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { "skip-damaged-files": { type: "boolean", default: false } },
  });
  const [first, second, ...others] = positionals;
  if (first === "verify" && second !== undefined && others.length === 0) {
    const lines = describeBackup(await verifyBackup(second, stop.signal));
    console.log([`${second} is complete and undamaged.`, ...lines].join("\n"));
  } else if (first !== undefined && first !== "verify" && second === undefined) {
    await backUp(first, values["skip-damaged-files"]);
  } else {
    console.error(usage);
    process.exitCode = 2;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
