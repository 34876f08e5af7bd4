import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, opendir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

import {
  AppError,
  type ByteRange,
  ignoreUnhandledError,
  type Storage,
  type StoredObject,
} from "@mdreader/api";

import { errorCode } from "../../error-utils.ts";
import { syncToDisk } from "../../sync-to-disk.ts";
import { createDraftWriter, type DraftWriter } from "./draft-writer.ts";
import { createIncrementalHashes } from "./incremental-hashes.ts";
import { sendFile } from "./send-file.ts";

/** IDs and keys contain only these characters, which rules out path traversal. */
const draftName = /^[\da-f-]{36}$/;
const keyName = /^[\da-f-]{36}(?:\/[\da-z][\da-z.-]*)+$/;

/** Bytes per read. Larger reads let ten large downloads use 60 MB until garbage collection; smaller ones are slow. */
const readBytes = 64 * 1024;

/**
 * Stores files in a local folder, or on a disk shared by all servers: partial uploads in `drafts`, complete files in
 * `kept`, where a rename places them once they are flushed to disk.
 */
export function createLocalStorage(root: string): Storage {
  const hashes = createIncrementalHashes();
  /**
   * The current writer of each draft. A later writer takes over, because the earlier connection is lost even if its
   * process has not noticed.
   */
  const writers = new Map<string, DraftWriter>();

  const folders = { drafts: join(root, "drafts"), objects: join(root, "kept") };
  const toDraftPath = (id: string) => toPath(folders.drafts, id, draftName);
  const toObjectPath = (key: string) => toPath(folders.objects, key, keyName);

  return {
    presignUpload: async () => null,
    readDraftSize: async (id) => readSizeIfExists(toDraftPath(id)),

    async append(id, offset, body) {
      const path = toDraftPath(id);
      const file = await openToWrite(path);
      const writer = createDraftWriter(file, offset, () => {
        if (writers.get(id) !== writer) throw new AppError("UPLOAD_INCOMPLETE");
      });
      try {
        const earlierWriter = writers.get(id);
        writers.set(id, writer);
        await earlierWriter?.waitUntilSettled();
        const { size } = await file.stat();
        if (offset > size)
          throw new RangeError(`offset ${offset} is beyond the end of a draft of ${size} bytes`);
        if (offset < size) await file.truncate(offset);
        const hash = await hashes.getHash(id, path, offset);
        // It is cached again when all bytes that it covers have been written.
        hashes.forget(id);
        let at = offset;
        try {
          for await (const chunk of body) {
            hash.update(chunk);
            at += chunk.byteLength;
            await writer.add(chunk);
          }
        } finally {
          await writer.finish();
          hashes.update(id, hash, at);
        }
        return at;
      } finally {
        if (writers.get(id) === writer) writers.delete(id);
        await writer.waitUntilSettled();
        await file.close();
      }
    },

    async hashDraft(id) {
      const path = toDraftPath(id);
      const size = await readSizeIfExists(path);
      return size === null ? null : { size, hash: (await hashes.getHash(id, path, size)).copy().digest() };
    },

    readDraft: async (id, range) => openToRead(toDraftPath(id), range),

    async deleteDraft(id) {
      hashes.forget(id);
      await rm(toDraftPath(id), { force: true });
    },

    async commitUpload(id, key) {
      const [from, to] = [toDraftPath(id), toObjectPath(key)];
      await syncToDisk(from);
      const createdFolder = await mkdir(dirname(to), { recursive: true });
      await rename(from, to);
      hashes.forget(id);
      await syncToDisk(dirname(to));
      if (createdFolder !== undefined) {
        await syncToDisk(dirname(dirname(to)));
        await syncToDisk(folders.objects);
      }
    },

    async put(key, bytes) {
      const to = toObjectPath(key);
      const from = `${to}.${crypto.randomUUID()}`;
      await mkdir(dirname(to), { recursive: true });
      await writeFile(from, bytes);
      await rename(from, to);
    },

    readSize: async (key) => readSizeIfExists(toObjectPath(key)),
    read: async (key, range) => openToRead(toObjectPath(key), range),
    async sendTo(key, begin, range) {
      const file = await open(toObjectPath(key), "r");
      try {
        await sendFile(file, begin(), range);
      } finally {
        await file.close();
      }
    },
    remove: async (key) => rm(toObjectPath(key), { force: true }),
    listObjects: () => listNames(folders.objects),
    listDrafts: () => listNames(folders.drafts),
  };
}

function toPath(folder: string, name: string, pattern: RegExp): string {
  if (!pattern.test(name)) throw new TypeError("invalid storage name");
  return join(folder, name);
}

async function readSizeIfExists(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

async function openToWrite(path: string): Promise<FileHandle> {
  const create = () =>
    open(path, "r+").catch(async (error: unknown) => {
      if (errorCode(error) !== "ENOENT") throw error;
      return open(path, "wx+");
    });
  try {
    return await create();
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    await mkdir(dirname(path), { recursive: true });
    return create();
  }
}

/** Opens the file before the response starts, so that a missing file is reported as an error. */
async function openToRead(path: string, range?: ByteRange) {
  const file = await open(path, "r");
  return ignoreUnhandledError(createReadStream(path, { fd: file, highWaterMark: readBytes, ...range }));
}

async function* listNames(folder: string): AsyncGenerator<StoredObject> {
  try {
    for await (const entry of await opendir(folder, { recursive: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const found = await stat(path).catch(() => null);
      if (found === null) continue;
      yield { key: relative(folder, path).split(sep).join("/"), writtenAt: found.mtime };
    }
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}
