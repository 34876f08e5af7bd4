import { AppError, repairDocument } from "@mdreader/api";

import { loadConfig } from "../src/config.ts";
import { openDatabase } from "../src/database.ts";
import { installation } from "../src/installation.ts";

/** `pnpm repair <document id> …`, `mdreader-server repair <document id> …`: makes documents readable whose logs cannot be applied. */

const ids = process.argv.slice(2);

async function repairAll(): Promise<void> {
  const { database, close } = await openDatabase(await loadConfig());
  try {
    for (const id of ids) {
      const { title, skipped, droppedSnapshots, version } = await repairDocument(database, id);
      const isWhole = skipped.length + droppedSnapshots === 0;
      console.log(
        isWhole
          ? `${id} “${title}” is readable. Nothing was changed.`
          : `${id} “${title}” was repaired as version ${version}. Skipped entries: ${skipped.length}, dropped snapshots: ${droppedSnapshots}.`,
      );
      for (const { seq, update } of skipped) {
        console.log(`  skipped entry ${seq}: ${Buffer.from(update).toString("base64")}`);
      }
    }
  } finally {
    await close();
  }
}

if (ids.length === 0) {
  console.error(`Usage: ${installation.toCommandLine("repair <document id> …")}`);
  process.exitCode = 2;
} else {
  try {
    await repairAll();
  } catch (error) {
    console.error(error instanceof AppError || error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
