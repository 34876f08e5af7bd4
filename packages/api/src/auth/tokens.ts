/** Issues and verifies the tokens of sessions. */
export interface TokenIssuer {
  /** An access token of a session. `expiresAt` is in milliseconds since the epoch. */
  issueAccess(claims: { sessionId: string; userId: string }): Promise<{ token: string; expiresAt: string }>;
}
