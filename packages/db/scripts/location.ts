import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { type Cluster, openCluster } from "../src/embedded/index.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The database that the server would use: that of DATABASE_URL, else the embedded one. */
export async function openDatabase(): Promise<Pick<Cluster, "url" | "close">> {
  try {
    process.loadEnvFile(`${root}.env`);
  } catch {
    // There need not be one.
  }
  const { DATABASE_URL: url, DATA_DIR: dataDir } = process.env;
  return url
    ? { url: () => url, close: async () => {} }
    : openCluster({ dataDir: resolve(root, dataDir || ".data") });
}
