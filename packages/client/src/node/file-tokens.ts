import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

import { parseTokens, type TokenStore } from "../tokens.ts";
import { readIfExists, removeIfExists, replaceFile } from "./files.ts";
import { withLock } from "./lock.ts";

/**
 * Keeps tokens in a file that its owner alone can read. Several processes may share it; one at a time renews the tokens.
 *
 * @param path Its folder is made where it is missing.
 */
export function fileTokens(path: string): Required<TokenStore> {
  const prepare = () => mkdir(dirname(path), { recursive: true, mode: 0o700 });

  return {
    /** @throws Error for a file with anything else in it, and what Node throws for one that can't be read. */
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

/** The file of `createFileTokens` holds no tokens: remove it, and sign in again. */
export class DamagedTokensError extends Error {
  override name = "DamagedTokensError";
  readonly path: string;

  constructor(path: string) {
    super(`${path} holds no tokens`);
    this.path = path;
  }
}
