import type { Tokens } from "@mdreader/contract";

/**
 * Where the tokens of whoever is signed in are kept: the caller's choice. Whoever reads them acts as that person, so keep
 * them as you would a password.
 */
export interface TokenStore {
  get(): Tokens | null | Promise<Tokens | null>;
  /** Null is set when the session has ended. */
  set(tokens: Tokens | null): void | Promise<void>;
  /**
   * Runs `work` while nobody else who shares this storage runs theirs. A refresh token works once: where several
   * processes share one, this lets a single one exchange it, and the others read what came of it.
   */
  exclusively?<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Keeps tokens for as long as the page or process lives. */
export function memoryTokens(initial: Tokens | null = null): TokenStore {
  let kept = initial;
  return {
    get: () => kept,
    set(tokens) {
      kept = tokens;
    },
  };
}
