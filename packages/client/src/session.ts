import type { Reason } from "@mdreader/contract/errors";

import { isReason, reasonOf } from "./errors.ts";
import type { TokenStore } from "./tokens.ts";
import type { Tokens } from "./types.ts";

/** The credentials of a client's calls. */
export interface Session {
  /** The token for calls, renewed if needed; null if no user is signed in. Rejects if the renewal fails temporarily. */
  accessToken(): Promise<string | null>;
  /** The refresh token that ends this session, or null. */
  refreshToken(): Promise<string | null>;
  /** Marks `token` as rejected by the server. @returns Whether a retry with another token makes sense. */
  invalidate(token: string): boolean;
  /** Stores the tokens of a sign-in. */
  signIn(tokens: Tokens): Promise<void>;
  /** Removes the tokens. */
  signOut(): Promise<void>;
  /** Whether a user is signed in. Sends a request to the server if needed. */
  isSignedIn(): Promise<boolean>;
}

/** Creates a session with an API key, or an access token that is renewed elsewhere. */
export function createFixedSession(token: string | (() => string | Promise<string>)): Session {
  return {
    accessToken: async () => (typeof token === "function" ? token() : token),
    refreshToken: async () => null,
    invalidate: () => false,
    signIn: async () => {},
    signOut: async () => {},
    isSignedIn: async () => true,
  };
}

export interface TokenSessionOptions {
  store: TokenStore;
  /** Whether the browser stores the refresh token in a cookie that scripts cannot read. */
  cookie: boolean;
  /** Exchanges a refresh token for new tokens; null for the one in the cookie. */
  exchange(refreshToken: string | null): Promise<Tokens>;
  /** Called with the tokens of each sign-in and renewal. */
  onTokens?: ((tokens: Tokens) => void) | undefined;
  /** Called when a session has ended without a sign-out. */
  onSignedOut(reason: Reason): void;
}

/** An access token that expires within this time is renewed before it is used. */
const renewalMarginMs = 30_000;

const expiresSoon = ({ expiresAt }: Tokens) => Date.parse(expiresAt) - Date.now() <= renewalMarginMs;

/** The reasons of a permanently failed refresh. Other errors, such as a lost connection, leave the tokens unchanged. */
const finalReasons = [
  "UNAUTHENTICATED",
  "REFRESH_TOKEN_INVALID",
  "REFRESH_TOKEN_REUSED",
  "SESSION_ENDED",
  "ACCOUNT_SUSPENDED",
] as const satisfies Reason[];

/** Creates a session that renews expiring tokens, once for all waiting calls. */
export function createTokenSession({
  store,
  cookie,
  exchange,
  onTokens,
  onSignedOut,
}: TokenSessionOptions): Session {
  let renewing: Promise<string | null> | null = null;
  /** The access token that the server rejected, regardless of its expiry date. */
  let refused: string | null = null;
  /** An access token that seemed expired on arrival. The local clock is wrong, so only the server decides when it expires. */
  let undated: string | null = null;
  /** Whether the server reported that the browser has no cookie. */
  let cookieMissing = false;

  const isUsable = (tokens: Tokens) =>
    tokens.accessToken !== refused && (tokens.accessToken === undated || !expiresSoon(tokens));

  const exclusively = <Result>(work: () => Promise<Result>) =>
    store.exclusively === undefined ? work() : store.exclusively(work);

  async function storeTokens(tokens: Tokens): Promise<string> {
    await store.set(tokens);
    undated = expiresSoon(tokens) ? tokens.accessToken : null;
    cookieMissing = false;
    onTokens?.(tokens);
    return tokens.accessToken;
  }

  async function renew(): Promise<string | null> {
    const stored = await store.get();
    if (stored !== null && isUsable(stored)) return stored.accessToken; // another process has renewed it
    const refreshToken = stored?.refreshToken ?? null;
    if (refreshToken === null && !cookie) return findEndReason(stored);

    const outcome = await attempt(refreshToken);
    const now = await store.get();
    // The stored tokens are newer than this response if a sign-in, a sign-out or another process changed them meanwhile.
    if (now?.accessToken !== stored?.accessToken) return now?.accessToken ?? null;
    if ("tokens" in outcome) return storeTokens(outcome.tokens);

    await store.set(null);
    cookieMissing = true;
    if (stored !== null) onSignedOut(outcome.ended);
    return null;
  }

  /** Without a refresh token, an access token is used as long as the server accepts it. */
  async function findEndReason(stored: Tokens | null): Promise<string | null> {
    if (stored === null || stored.accessToken !== refused) return stored?.accessToken ?? null;
    await store.set(null);
    onSignedOut("TOKEN_EXPIRED");
    return null;
  }

  async function attempt(refreshToken: string | null): Promise<{ tokens: Tokens } | { ended: Reason }> {
    try {
      return { tokens: await exchange(refreshToken) };
    } catch (error) {
      if (isReason(error, ...finalReasons)) return { ended: error.data.reason };
      throw error;
    }
  }

  async function accessToken(): Promise<string | null> {
    const stored = await store.get();
    if (stored === null && (!cookie || cookieMissing)) return null;
    if (stored !== null && isUsable(stored)) return stored.accessToken;
    renewing ??= exclusively(renew).finally(() => {
      renewing = null;
    });
    return renewing;
  }

  return {
    accessToken,
    async refreshToken() {
      const stored = await store.get();
      return stored?.refreshToken ?? null;
    },
    invalidate(token) {
      refused = token;
      return true;
    },
    async signIn(tokens) {
      await storeTokens(tokens);
    },
    async signOut() {
      await store.set(null);
      cookieMissing = true;
    },
    async isSignedIn() {
      cookieMissing = false; // another window may have signed in
      return (await accessToken()) !== null;
    },
  };
}

/** Whether a call failed because of its token. */
export function isTokenRefused(error: unknown): boolean {
  const reason = reasonOf(error);
  return reason === "TOKEN_EXPIRED" || reason === "TOKEN_INVALID" || reason === "SESSION_ENDED";
}
