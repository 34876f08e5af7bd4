import { createHash } from "node:crypto";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

import { type Storage, toStorageKey } from "@mdreader/api";
import { BackupError, dumpDatabase, type DumpFile, type DumpWriter } from "@mdreader/db";

import { errorCode } from "../error-utils.ts";
import { syncToDisk } from "../sync-to-disk.ts";
import { ArchiveWriter } from "./archive-writer.ts";
import {
  toFileName,
  formatVersion,
  type Header,
  headerName,
  type Manifest,
  manifestName,
  partBytes,
  toPartName,
} from "./format.ts";
import { TableDigest } from "./table-digest.ts";
import { type VerifiedBackup, verifyBackup } from "./verify.ts";

export interface BackupOptions {
  databaseUrl: string;
  storage: Pick<Storage, "read" | "readSize">;
  /** The version of MDReader. */
  version: string;
  /** The archive to create, or the folder for one that is named after the time. */
  target: string;
  /** Whether to leave out files that are missing or damaged in the storage. Otherwise, the backup fails. */
  skipDamagedFiles?: boolean;
  signal: AbortSignal;
}

/**
 * Backs up a database and its files, which may be in use. The archive gets its name when it is complete, on the disk, and
 * verified. Only its owner can read it.
 * @returns Its path and what it contains.
 * @throws BackupError
 */
export async function createBackup(options: BackupOptions): Promise<VerifiedBackup & { path: string }> {
  const { databaseUrl, signal } = options;
  const path = await choosePath(options.target);
  const draft = join(dirname(path), `.${basename(path)}.${crypto.randomUUID().slice(0, 8)}.partial`);
  const file = await createFile(draft);
  try {
    const archive = new ArchiveWriter(file, signal);
    try {
      await dumpDatabase(databaseUrl, createDumpWriter(archive, options));
      await archive.finish();
    } catch (error) {
      await archive.abandon();
      throw signal.aborted ? signal.reason : error;
    }
    await file.sync();
    const verified = await verifyBackup(draft, signal);
    await rename(draft, path);
    await syncToDisk(dirname(path));
    return { path, ...verified };
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
}

async function choosePath(target: string): Promise<string> {
  const path = resolve(target);
  const existing = await stat(path).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  });
  if (existing === null) return path;
  if (!existing.isDirectory()) throw new BackupError(`${path} already exists. Choose another name.`);
  return choosePath(
    join(path, `mdreader-${new Date().toISOString().replace(/\.\d+/, "").replaceAll(":", "")}.tar.gz`),
  );
}

async function createFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx", 0o600);
  } catch (error) {
    throw new BackupError(`${dirname(path)} isn't writable (${errorCode(error)}).`, { cause: error });
  }
}

function createDumpWriter(
  archive: ArchiveWriter,
  { storage, version, skipDamagedFiles = false, signal }: BackupOptions,
): DumpWriter {
  const manifest: Manifest = { header: "", tables: [], files: { count: 0, bytes: 0 }, skippedFiles: [] };
  return {
    async writeDescription({ postgresVersion, ...database }) {
      const createdAt = new Date().toISOString();
      const header: Header = { format: formatVersion, version, postgresVersion, createdAt, database };
      const bytes = toJson(header);
      manifest.header = createHash("sha256").update(bytes).digest("hex");
      await archive.add(headerName, bytes.byteLength, bytes);
    },

    async writeTable(name, rows) {
      const digest = new TableDigest(name);
      let number = 0;
      for await (const part of joinChunks(rows)) {
        signal.throwIfAborted();
        digest.update(part);
        number += 1;
        await archive.add(toPartName(name, number), part.byteLength, part);
      }
      manifest.tables.push(digest.summarize());
    },

    async writeFiles(files) {
      for await (const file of files) {
        signal.throwIfAborted();
        if (skipDamagedFiles && !(await isIntact(storage, file))) {
          manifest.skippedFiles.push({ workspaceId: file.workspaceId, hash: file.hash });
          continue;
        }
        await archive.add(toFileName(file), file.size, readIntact(storage, file));
        manifest.files.count += 1;
        manifest.files.bytes += file.size;
      }
      const bytes = toJson(manifest);
      await archive.add(manifestName, bytes.byteLength, bytes);
    },
  };
}

const toJson = (value: Header | Manifest) => Buffer.from(JSON.stringify(value, null, 2));

/** Joins chunks to parts of almost the maximum size. */
async function* joinChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let collected: Uint8Array[] = [];
  let size = 0;
  for await (const input of chunks) {
    for (let at = 0; at < input.byteLength; at += partBytes) {
      const chunk = input.subarray(at, at + partBytes);
      if (size + chunk.byteLength > partBytes) {
        yield Buffer.concat(collected);
        [collected, size] = [[], 0];
      }
      collected.push(chunk);
      size += chunk.byteLength;
    }
  }
  if (size > 0) yield Buffer.concat(collected);
}

/**
 * Reads the bytes of a file, and compares them with its hash. No file is removed during a backup, so a missing one was lost.
 * @throws BackupError
 */
async function* readIntact(storage: BackupOptions["storage"], file: DumpFile): AsyncGenerator<Uint8Array> {
  const key = toStorageKey(file.workspaceId, Buffer.from(file.hash, "hex"));
  const size = await storage.readSize(key);
  if (size === null) throw damagedFile(key, "is missing from");
  if (size !== file.size) throw damagedFile(key, "has the wrong size in");
  const hash = createHash("sha256");
  for await (const chunk of await storage.read(key)) {
    const bytes = chunk as Buffer; // a stream of bytes
    hash.update(bytes);
    yield bytes;
  }
  if (hash.digest("hex") !== file.hash) throw damagedFile(key, "is damaged in");
}

const damagedFile = (key: string, what: string) =>
  new BackupError(
    `The file ${key} ${what} the storage. Restore it there from an earlier backup, or leave out all such files with --skip-damaged-files.`,
  );

async function isIntact(storage: BackupOptions["storage"], file: DumpFile): Promise<boolean> {
  try {
    for await (const _ of readIntact(storage, file));
    return true;
  } catch (error) {
    if (error instanceof BackupError) return false;
    throw error;
  }
}
