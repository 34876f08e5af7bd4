import { withSession } from "../driver/index.ts";
import { type Cluster, openCluster } from "../embedded/index.ts";
import { createTemporaryFolder, sweepTemporaryFolders } from "./temporary.ts";

/** A crash would lose the data, which is harmless in tests and makes them several times faster. */
const unsafeSettings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: 300,
  // Each new connection repeats this, on both sides.
  scram_iterations: 1,
};

/** An embedded PostgreSQL in a temporary folder, which is removed with it. */
export interface TemporaryCluster extends Pick<Cluster, "url">, AsyncDisposable {
  /** The temporary folder, where other data may be stored too. */
  folder: string;
}

/** Opens a cluster for tests. Removes those of killed processes. */
export async function openTemporaryCluster(): Promise<TemporaryCluster> {
  await sweepTemporaryFolders();
  const folder = await createTemporaryFolder();
  const cluster = await openCluster({ dataDir: folder.dataDir, settings: unsafeSettings });
  await storePasswordAgain(cluster.url("postgres"));
  return {
    folder: folder.path,
    url: (database) => cluster.url(database),
    async [Symbol.asyncDispose]() {
      await cluster.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** The password was stored before the server had its settings, so it has the usual 4096 iterations. */
async function storePasswordAgain(url: string): Promise<void> {
  // It has no characters with a meaning in SQL or in an address.
  const { password } = new URL(url);
  await withSession(url, (sql) => sql.unsafe(`alter role current_user password '${password}'`));
}
