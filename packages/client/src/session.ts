import type { Reason } from "@mdreader/contract/errors";

import { isReason, reasonOf } from "./errors.ts";
import type { TokenStore } from "./tokens.ts";
import type { Tokens } from "./types.ts";

/** As whom the calls are made. */
export interface Session {
  /** The token to call with, renewed where needed; null for nobody. Rejects when it can't be renewed just now. */
  accessToken(): Promise<string | null>;
  /** What ends this session, or null. */
  refreshToken(): Promise<string | null>;
  /** Hears that the server does not take `token`. Answers whether another try, with another token, makes sense. */
  invalidate(token: string): boolean;
  /** Someone has signed in. */
  signIn(tokens: Tokens): Promise<void>;
  /** They have signed out. */
  signOut(): Promise<void>;
  /** Whether anyone is signed in, asking the server where only it can know. */
  isSignedIn(): Promise<boolean>;
}

/** An API key, or an access token that someone else keeps fresh. */
export function createFixedSession(token: string): Session {
  return {
    accessToken: async () => token,
    refreshToken: async () => null,
    invalidate: () => false,
    signIn: async () => {},
    signOut: async () => {},
    isSignedIn: async () => true,
  };
}

export interface TokenSessionOptions {
  store: TokenStore;
  /** Whether the browser keeps the refresh token in a cookie, where no script sees it. */
  cookie: boolean;
  /** Exchanges a refresh token for new tokens; null for the one in the cookie. */
  exchange(refreshToken: string | null): Promise<Tokens>;
  /** Is told of all tokens: those of a sign-in, and those that a renewal brought. */
  onTokens?: ((tokens: Tokens) => void) | undefined;
  /** Is told when a session has ended that nobody signed out of. */
  onSignedOut(reason: Reason): void;
}

/** An access token that expires within this time, in milliseconds, is renewed before it is used. */
const renewalMarginMs = 30_000;

const expiresSoon = ({ expiresAt }: Tokens) => Date.parse(expiresAt) - Date.now() <= renewalMarginMs;

/** Why a refresh fails for good. All else, as a lost connection, leaves the tokens as they are. */
const finalReasons = [
  "UNAUTHENTICATED",
  "REFRESH_TOKEN_INVALID",
  "REFRESH_TOKEN_REUSED",
  "SESSION_ENDED",
] as const satisfies Reason[];

/** A session whose tokens are renewed as they expire: once for all calls that wait for it. */
export function createTokenSession({
  store,
  cookie,
  exchange,
  onTokens,
  onSignedOut,
}: TokenSessionOptions): Session {
  let renewing: Promise<string | null> | null = null;
  /** The access token that the server no longer takes, whatever its date says. */
  let refused: string | null = null;
  /** An access token that seemed to expire as it came: this machine's clock is wrong, so only the server's word counts. */
  let undated: string | null = null;
  /** Whether the server said that the browser has no cookie. */
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
    const kept = await store.get();
    if (kept !== null && isUsable(kept)) return kept.accessToken; // someone else was quicker
    const refreshToken = kept?.refreshToken ?? null;
    if (refreshToken === null && !cookie) return endOf(kept);

    const outcome = await attempt(refreshToken);
    const now = await store.get();
    // Meanwhile somebody signed in or out, or another process refreshed: what is kept now is newer than this answer.
    if (now?.accessToken !== kept?.accessToken) return now?.accessToken ?? null;
    if ("tokens" in outcome) return storeTokens(outcome.tokens);

    await store.set(null);
    cookieMissing = true;
    if (kept !== null) onSignedOut(outcome.ended);
    return null;
  }

  /** Without a refresh token, an access token is used for as long as the server takes it. */
  async function endOf(kept: Tokens | null): Promise<string | null> {
    if (kept === null || kept.accessToken !== refused) return kept?.accessToken ?? null;
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
    const kept = await store.get();
    if (kept === null && (!cookie || cookieMissing)) return null;
    if (kept !== null && isUsable(kept)) return kept.accessToken;
    renewing ??= exclusively(renew).finally(() => {
      renewing = null;
    });
    return renewing;
  }

  return {
    accessToken,
    async refreshToken() {
      const kept = await store.get();
      return kept?.refreshToken ?? null;
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

/** Whether a call failed because of the token that it was made with. */
export function isTokenRefused(error: unknown): boolean {
  const reason = reasonOf(error);
  return reason === "TOKEN_EXPIRED" || reason === "TOKEN_INVALID" || reason === "SESSION_ENDED";
}
