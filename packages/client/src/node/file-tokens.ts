import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

import { parseTokens, type TokenStore } from "../tokens.ts";
import { readIfExists, removeIfExists, replaceFile } from "./files.ts";
import { withLock } from "./lock.ts";

/**
 * Stores tokens in a file that only its owner can read. Several processes may share it; one at a time renews the tokens.
 *
 * @param path The path of the file. A missing folder is created.
 */
export function fileTokens(path: string): Required<TokenStore> {
  const prepare = () => mkdir(dirname(path), { recursive: true, mode: 0o700 });

  return {
    /** @throws DamagedTokensError if the file does not contain tokens, and Node's error if it cannot be read. */
    async get() {
      const text = await readIfExists(path);
      if (text === null) return null;
      const tokens = parseTokens(text);
      if (tokens === null) throw new DamagedTokensError(path);
      return tokens;
    },
    async set(tokens) {
      if (tokens === null) return removeIfExists(path);
      await prepare();
      await replaceFile(path, `${JSON.stringify(tokens, null, 2)}\n`);
    },
    async exclusively(work) {
      await prepare();
      return withLock(`${path}.lock`, work);
    },
  };
}

/** The file of `fileTokens` does not contain tokens. Remove it and sign in again. */
export class DamagedTokensError extends Error {
  override name = "DamagedTokensError";
  readonly path: string;

  constructor(path: string) {
    super(`${path} contains no tokens`);
    this.path = path;
  }
}
