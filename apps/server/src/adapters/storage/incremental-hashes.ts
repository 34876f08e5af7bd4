import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";

/** Hashes of partial uploads, so that earlier parts need not be read again. */
export interface IncrementalHashes {
  /** Returns the hash of the first `size` bytes of a draft: the cached one, or one computed from the file. */
  getHash(id: string, path: string, size: number): Promise<Hash>;
  /** Caches the hash of the first `size` bytes. */
  update(id: string, hash: Hash, size: number): void;
  forget(id: string): void;
}

/** Maximum number of cached hashes. Others are recomputed from the file. */
const maxCached = 1000;

export function createIncrementalHashes(): IncrementalHashes {
  const running = new Map<string, { hash: Hash; size: number }>();
  return {
    async getHash(id, path, size) {
      const known = running.get(id);
      if (known?.size === size) return known.hash;
      const hash = createHash("sha256");
      if (size > 0) for await (const chunk of createReadStream(path, { end: size - 1 })) hash.update(chunk);
      return hash;
    },
    update(id, hash, size) {
      running.delete(id);
      running.set(id, { hash, size });
      const [oldest] = running.keys();
      if (running.size > maxCached && oldest !== undefined) running.delete(oldest);
    },
    forget: (id) => void running.delete(id),
  };
}
