import type { Tokens } from "./types.ts";

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

/**
 * Keeps tokens in this browser, for all its windows (`createLocalStorage`). Every script of the page can read them there: in a
 * page that MDReader itself serves, the `cookie` option is safer.
 *
 * @param name Under which they are kept.
 */
export function browserTokens(name = "mdreader"): Required<TokenStore> {
  return {
    get: () => parseTokens(localStorage.getItem(name) ?? ""),
    set(tokens) {
      if (tokens === null) localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify(tokens));
    },
    // Browsers have locks where a page came over HTTPS or from this machine.
    exclusively: (work) => ("locks" in navigator ? navigator.locks.request(name, work) : work()),
  };
}

/** The tokens that were written down as JSON; null for anything else. */
export function parseTokens(text: string): Tokens | null {
  try {
    const tokens: unknown = JSON.parse(text);
    return isTokens(tokens) ? tokens : null;
  } catch {
    return null;
  }
}

function isTokens(value: unknown): value is Tokens {
  return (
    typeof value === "object" &&
    value !== null &&
    "accessToken" in value &&
    typeof value.accessToken === "string" &&
    "refreshToken" in value &&
    (value.refreshToken === null || typeof value.refreshToken === "string") &&
    "expiresAt" in value &&
    typeof value.expiresAt === "string"
  );
}
