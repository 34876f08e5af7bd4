import type { Tokens } from "./types.ts";

/**
 * Token storage of the signed-in user. The tokens give full access to the account, so protect them like a password.
 */
export interface TokenStore {
  get(): Tokens | null | Promise<Tokens | null>;
  /** Called with null when the session has ended. */
  set(tokens: Tokens | null): void | Promise<void>;
  /**
   * Runs `work` while no other process that shares this storage runs its own. A refresh token can be used once. With this
   * lock, one process exchanges it, and the others read the new tokens.
   */
  exclusively?<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Stores tokens in memory, as long as the page or process lives. */
export function memoryTokens(initial: Tokens | null = null): TokenStore {
  let current = initial;
  return {
    get: () => current,
    set(tokens) {
      current = tokens;
    },
  };
}

/**
 * Stores tokens in `localStorage`, shared by all windows. Every script of the page can read them. For a page that MDReader
 * itself serves, the `cookie` option is safer.
 *
 * @param name The key in `localStorage`.
 */
export function browserTokens(name = "mdreader"): Required<TokenStore> {
  return {
    get: () => parseTokens(localStorage.getItem(name) ?? ""),
    set(tokens) {
      if (tokens === null) localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify(tokens));
    },
    // Browsers support locks for pages from HTTPS or localhost.
    exclusively: (work) => ("locks" in navigator ? navigator.locks.request(name, work) : work()),
  };
}

/** Parses tokens from JSON. Returns null for anything else. */
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
