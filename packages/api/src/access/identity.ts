import type { Scope } from "@mdreader/contract";

import { AppError } from "../errors.ts";

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

/** A credential that identifies a user. */
export type AuthenticatedCredential = Extract<Credential, { kind: "session" | "apiKey" }>;

/** Returns the credential if it identifies a user. @throws AppError UNAUTHENTICATED, TOKEN_INVALID or TOKEN_EXPIRED. */
export function requireCredential({ credential }: { credential: Credential }): AuthenticatedCredential {
  if (credential.kind === "none") throw new AppError("UNAUTHENTICATED");
  if (credential.kind === "rejected") throw new AppError(credential.reason);
  return credential;
}

/**
 * A string that identifies a credential: the session's ID, or the hash of the key's secret in hexadecimal. Two
 * credentials have the same string only if they are the same.
 */
export const toCredentialKey = (credential: AuthenticatedCredential): string =>
  credential.kind === "session" ? credential.sessionId : Buffer.from(credential.secretHash).toString("hex");

/** The authenticated user of a call, as found by the access check. */
export interface Caller {
  userId: string;
  /** Null for an API key. */
  sessionId: string | null;
  /** The API key's, null for a session. */
  keyId: string | null;
  /** The scopes of an API key; null for a session, which may do everything that the user's role allows. */
  scopes: Scope[] | null;
  /** The only workspace in which the API key works; null for an unlimited key or a session. */
  keyWorkspaceId: string | null;
  /** Whether the session may do nothing but set up a second factor. */
  needsSecondFactor: boolean;
  /**
   * The name of the API key. Null for a session, and for a key that belongs to a workspace, whose service account has
   * that name.
   */
  apiKeyName: string | null;
}
