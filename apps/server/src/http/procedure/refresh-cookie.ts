import type { IncomingMessage } from "node:http";

import type { RefreshCookie } from "@mdreader/api";

import { readCookie } from "../request/read-cookie.ts";

/** The refresh cookie of one request, and its pending change. */
export interface RequestCookie extends RefreshCookie {
  /** The `Set-Cookie` header of the response; null if the cookie does not change. */
  readonly header: string | null;
}

/**
 * Stores the refresh token in a cookie that scripts cannot read and that browsers send only to this server's calls,
 * never from other sites.
 *
 * @param secure Whether the app is served over HTTPS. Over plain HTTP, browsers reject secure cookies.
 */
export function createRefreshCookies(
  secure: boolean,
): (request: Pick<IncomingMessage, "headers">) => RequestCookie {
  const name = secure ? "__Secure-mdreader_refresh" : "mdreader_refresh";
  const attributes = `; Path=/trpc; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
  return ({ headers }) => {
    let header: string | null = null;
    return {
      get header() {
        return header;
      },
      read: () => readCookie(headers.cookie ?? "", name),
      write(token, expiresAt) {
        const expires = (token === null ? new Date(0) : expiresAt)?.toUTCString();
        header = `${name}=${token ?? ""}${attributes}${expires === undefined ? "" : `; Expires=${expires}`}`;
      },
    };
  };
}
