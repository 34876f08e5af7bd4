/** Why the server closes a socket. After each of them a client may come back, with a valid token where one is missing. */
export const closeCodes = {
  /** The server stops or restarts. */
  restart: 1012,
  /** Something was sent that is not allowed, or too much of it. */
  policy: 1008,
  /** The session, key or account has ended, or the token has expired. */
  signedOut: 4401,
  /** Nobody has signed in. */
  stranger: 4408,
} as const;
