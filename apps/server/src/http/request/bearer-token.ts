import type { IncomingMessage } from "node:http";

/** Returns the bearer token of a request; null if there is none. */
export function readBearerToken({ headers: { authorization } }: IncomingMessage): string | null {
  if (authorization === undefined) return null;
  return /^bearer +(?<token>\S+)$/i.exec(authorization)?.groups?.["token"] ?? "";
}
