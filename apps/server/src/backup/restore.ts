import { type Storage, toStorageKey } from "@mdreader/api";
import { BackupError, loadDump, type LoadTable } from "@mdreader/db";

import { type ArchiveItem, readArchive } from "./read-archive.ts";
import { type VerifiedBackup, verifyBackup } from "./verify.ts";

export interface RestoreOptions {
  /** The archive. */
  source: string;
  /** Opens the empty database. Called when the archive has been verified. */
  openDatabase: () => Promise<{ url: string; release(): Promise<void> }>;
  storage: Pick<Storage, "append" | "commitUpload" | "deleteDraft">;
  signal: AbortSignal;
}

/**
 * Restores a backup into an empty database and a storage. The whole archive is verified before anything changes. If
 * restoring fails, the database remains empty. Files that were written by then are removed by the nightly sweep.
 * @throws BackupError
 */
export async function restoreBackup(options: RestoreOptions): Promise<VerifiedBackup> {
  const { source, signal } = options;
  const verified = await verifyBackup(source, signal);
  const { url, release } = await options.openDatabase();
  try {
    await loadDump(url, verified.header.database, (loadTable) => loadArchive(options, loadTable));
  } finally {
    await release();
  }
  return verified;
}

async function loadArchive({ source, storage, signal }: RestoreOptions, loadTable: LoadTable): Promise<void> {
  const items = readArchive(source);
  let item = await items.next();

  /** The rows of a table: all of its parts, which follow each other. */
  async function* readRows(table: string): AsyncGenerator<Uint8Array> {
    for (
      ;
      !item.done && item.value.kind === "rows" && item.value.table === table;
      item = await items.next()
    ) {
      signal.throwIfAborted();
      yield item.value.bytes;
    }
  }

  try {
    for (; !item.done; item = await items.next()) {
      signal.throwIfAborted();
      while (!item.done && item.value.kind === "rows") {
        const { table } = item.value;
        await loadTable(table, readRows(table));
      }
      if (!item.done && item.value.kind === "file") await storeFile(storage, item.value);
    }
  } finally {
    await items.return(undefined);
  }
}

/** Stores a file under its hash once its bytes have been compared with it. */
async function storeFile(
  storage: RestoreOptions["storage"],
  { key: { workspaceId, hash }, content }: ArchiveItem & { kind: "file" },
): Promise<void> {
  const draft = crypto.randomUUID();
  try {
    await storage.append(draft, 0, content);
    await storage.commitUpload(draft, toStorageKey(workspaceId, Buffer.from(hash, "hex")));
  } catch (error) {
    await storage.deleteDraft(draft).catch(() => {});
    if (error instanceof BackupError) throw error;
    throw new BackupError(`A file couldn't be written to the storage: ${String(error)}`, { cause: error });
  }
}
