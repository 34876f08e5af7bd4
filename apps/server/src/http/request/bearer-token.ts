import type { IncomingMessage } from "node:http";

/** The token that a request shows in its header; null for none. */
export function readBearerToken({ headers: { authorization } }: IncomingMessage): string | null {
  if (authorization === undefined) return null;
  return /^bearer +(?<token>\S+)$/i.exec(authorization)?.groups?.["token"] ?? "";
}
