import type { IncomingMessage } from "node:http";

import type { RefreshCookie } from "@mdreader/api";

/** The cookie of one request, and what is to become of it. */
export interface RequestCookie extends RefreshCookie {
  /** The `Set-Cookie` header for the answer, if there is to be one. */
  readonly header: string | null;
}

/**
 * Where a browser keeps the refresh token: out of scripts' reach, sent to this server alone, along the calls alone, and
 * never from another site.
 *
 * @param secure Whether people reach the app over HTTPS. Over plain HTTP, browsers would refuse a secure cookie.
 */
export function createRefreshCookies(secure: boolean): (request: IncomingMessage) => RequestCookie {
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

/** None, too, where there are two: a neighbouring domain has set one, and nobody can tell which is ours. */
function readCookie(cookies: string, name: string): string | null {
  const values = cookies.split(";").flatMap((cookie) => {
    const [key, value = ""] = cookie.trim().split("=", 2);
    return key === name && value !== "" ? value : [];
  });
  const [only = null, ...others] = new Set(values);
  return others.length === 0 ? only : null;
}
