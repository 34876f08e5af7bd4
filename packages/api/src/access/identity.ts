import type { Scope } from "@mdreader/contract";

/**
 * The credential of a request. Only its signature or format has been verified. Each call checks in its own statement
 * whether the session or key is still valid.
 */
export type Credential =
  | { kind: "none" }
  | { kind: "rejected"; reason: "TOKEN_INVALID" | "TOKEN_EXPIRED" }
  /** `expiresAt` is when the access token expires, in milliseconds since 1970. A socket does not outlive it. */
  | { kind: "session"; sessionId: string; userId: string; expiresAt?: number }
  | { kind: "apiKey"; secretHash: Uint8Array };

/** The authenticated user of a call, as found by the access check. */
export interface Caller {
  userId: string;
  /** Null for an API key. */
  sessionId: string | null;
  /** The API key's, null for a session. */
  keyId: string | null;
  /** The scopes of an API key; null for a session, which may do everything that the user's role allows. */
  scopes: Scope[] | null;
  /** The tool that acts on behalf of the user: the name of the API key. Null for a session. */
  tool: string | null;
}
