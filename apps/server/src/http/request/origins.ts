import type { IncomingMessage } from "node:http";

/** Which web pages are trusted: those that this server serves, and those of CORS_ORIGINS. */
export interface Origins {
  /** Whether `origin` is another site that may read answers. */
  isListed(origin: string): boolean;
  /**
   * Whether a request comes from a trusted page, or from no page at all. Browsers say where a request comes from;
   * programs don't.
   */
  isTrusted(request: IncomingMessage): boolean;
}

export function createOrigins(appUrl: string, listed: readonly string[]): Origins {
  const others = new Set(listed);
  const own = new URL(appUrl).origin;
  return {
    isListed: (origin) => others.has(origin),
    isTrusted({ headers: { origin, host } }) {
      if (origin === undefined || origin === own || others.has(origin)) return true;
      // The same host under another name, such as localhost for 127.0.0.1. Scripts can't set either header.
      return host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
    },
  };
}
