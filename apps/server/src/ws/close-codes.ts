/** Reasons why the server closes a socket. Clients may reconnect after each, with a valid token if it is missing. */
export const closeCodes = {
  /** The server stops or restarts. */
  restart: 1012,
  /** The client sent something that is not allowed, or too much. */
  policy: 1008,
  /** The session, API key or account has ended, or the token has expired. */
  signedOut: 4401,
  /** The client did not sign in. */
  unauthenticated: 4408,
} as const;
