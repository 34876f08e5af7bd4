import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { ByteRange, Storage, StoredObject } from "../ports.ts";

interface StoredBytes {
  bytes: Buffer;
  writtenAt: Date;
}

/** Stores bytes in memory. The tests of the server's storage adapters also cover this one. */
export function createMemoryStorage(): Storage {
  const drafts = new Map<string, StoredBytes>();
  const objects = new Map<string, StoredBytes>();
  const now = () => new Date();

  return {
    presignUpload: async () => null,
    readDraftSize: async (id) => drafts.get(id)?.bytes.byteLength ?? null,
    async append(id, offset, body) {
      let bytes = drafts.get(id)?.bytes ?? Buffer.alloc(0);
      if (offset > bytes.byteLength) throw new RangeError("past the end");
      bytes = bytes.subarray(0, offset);
      drafts.set(id, { bytes, writtenAt: now() });
      for await (const chunk of body) {
        bytes = Buffer.concat([bytes, chunk]);
        drafts.set(id, { bytes, writtenAt: now() });
      }
      return bytes.byteLength;
    },
    async hashDraft(id) {
      const bytes = drafts.get(id)?.bytes;
      if (bytes === undefined) return null;
      return { size: bytes.byteLength, hash: createHash("sha256").update(bytes).digest() };
    },
    readDraft: async (id, range) => readRange(drafts.get(id), range),
    deleteDraft: async (id) => void drafts.delete(id),
    async commitUpload(id, key) {
      const draft = drafts.get(id);
      if (draft === undefined) throw new Error("the draft does not exist");
      objects.set(key, draft);
      drafts.delete(id);
    },
    put: async (key, bytes) => void objects.set(key, { bytes: Buffer.from(bytes), writtenAt: now() }),
    readSize: async (key) => objects.get(key)?.bytes.byteLength ?? null,
    read: async (key, range) => readRange(objects.get(key), range),
    sendTo: async (key, begin, range) => pipeline(readRange(objects.get(key), range), begin()),
    remove: async (key) => void objects.delete(key),
    listObjects: () => listStored(objects),
    listDrafts: () => listStored(drafts),
  };
}

function readRange(found: StoredBytes | undefined, range?: ByteRange): Readable {
  if (found === undefined) throw new Error("the object does not exist");
  return Readable.from([range ? found.bytes.subarray(range.start, range.end + 1) : found.bytes]);
}

async function* listStored(all: Map<string, StoredBytes>): AsyncGenerator<StoredObject> {
  for (const [key, { writtenAt }] of all) yield { key, writtenAt };
}
