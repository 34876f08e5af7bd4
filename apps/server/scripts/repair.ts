import { AppError, repairDocument } from "@mdreader/api";

import { loadConfig } from "../src/config.ts";
import { openDatabase } from "../src/database.ts";

/** `pnpm repair <document id> …`: makes documents readable again whose logs can't be applied. */

const ids = process.argv.slice(2);

async function repairAll(): Promise<void> {
  const { database, close } = await openDatabase(await loadConfig(), () => {});
  try {
    for (const id of ids) {
      const { title, skipped, droppedSnapshots, version } = await repairDocument(database, id);
      const isWhole = skipped.length + droppedSnapshots === 0;
      console.log(
        isWhole
          ? `${id} "${title}" can be read: nothing was changed.`
          : `${id} "${title}" is repaired, as version ${version}. Entries left out: ${skipped.length}, snapshots: ${droppedSnapshots}.`,
      );
      for (const { seq, update } of skipped) {
        console.log(`  entry ${seq} held ${Buffer.from(update).toString("base64")}`);
      }
    }
  } finally {
    await close();
  }
}

if (ids.length === 0) {
  console.error("Usage: pnpm repair <document id> …");
  process.exitCode = 2;
} else {
  try {
    await repairAll();
  } catch (error) {
    console.error(error instanceof AppError || error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
