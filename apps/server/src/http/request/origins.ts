import type { IncomingMessage } from "node:http";

/** Trusted origins: this server's own, and those in CORS_ORIGINS. */
export interface Origins {
  /** Whether `origin` is another site that may read responses. */
  isListed(origin: string): boolean;
  /**
   * Whether a request comes from a trusted page, or not from a page at all. Browsers send the origin; other programs
   * don't.
   */
  isTrusted(request: Pick<IncomingMessage, "headers">): boolean;
}

export function createOrigins(appUrl: string, listed: readonly string[]): Origins {
  const others = new Set(listed);
  const own = new URL(appUrl).origin;
  return {
    isListed: (origin) => others.has(origin),
    isTrusted({ headers: { origin, host } }) {
      if (origin === undefined || origin === own || others.has(origin)) return true;
      // The same host under another name, such as localhost for 127.0.0.1. Scripts cannot set either header.
      return host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
    },
  };
}
