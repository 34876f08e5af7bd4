import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { type Cluster, openCluster } from "../src/embedded/index.ts";
import { assertServerSupported } from "../src/server-check.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Runs `work` on the database that the server would use: DATABASE_URL or, without it, the embedded one. Prints errors
 * as messages, and sets the exit code.
 */
export async function withDatabase(work: (url: string) => Promise<void>): Promise<void> {
  try {
    const database = await openDatabase();
    try {
      await work(database.url());
    } finally {
      await database.close();
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

async function openDatabase(): Promise<Pick<Cluster, "url" | "close">> {
  try {
    process.loadEnvFile(resolve(root, ".env"));
  } catch {
    // The file is optional.
  }
  const { DATABASE_URL: url, DATA_DIR: dataDir } = process.env;
  if (!url) return openCluster({ dataDir: resolve(root, dataDir || ".data"), log: console.error });
  if (!URL.canParse(url))
    throw new Error(
      "DATABASE_URL isn't a valid URL. Set it to an address such as postgres://user:password@host:5432/name",
    );
  await assertServerSupported(url);
  return { url: () => url, close: async () => {} };
}
