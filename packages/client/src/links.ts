import { httpBatchLink, httpLink, type Operation, retryLink, splitLink, type TRPCLink } from "@trpc/client";

import { backoffMs } from "./backoff.ts";
import { isSessionPath, isPublicPath, sessionLink } from "./session-link.ts";
import { isTokenRefused, type Session } from "./session.ts";
import type { Credential, Sockets } from "./sockets.ts";
import type { AppRouter } from "./types.ts";
import { usesWebSocket } from "./via-web-socket.ts";

export interface LinksOptions {
  /** Where the procedures are called over HTTP. */
  url: string;
  session: Session;
  sockets: Sockets;
  /** Whether the browser keeps the refresh token in a cookie. */
  cookie: boolean;
  fetch: typeof fetch;
  /** What carries queries and mutations; subscriptions always go over a WebSocket. */
  transport: "http" | "ws";
}

/** Calls made in one go travel together, as many as the server takes at once. */
const maxItems = 20;
/** What proxies commonly take. */
const maxUrlLength = 6_000;
/** An input that is longer than this in an URL travels by itself, in a body. */
const maxSharedInput = 2_000;

/** The way of a call: keep the session, try again with a fresh token, then HTTP or a WebSocket. */
export function createLinks(options: LinksOptions): TRPCLink<AppRouter>[] {
  const { session, sockets, cookie, transport } = options;
  const credentials: CallCredentials = new WeakMap();
  const usesSocket = (call: Operation) =>
    call.type === "subscription" || usesWebSocket(call) || (transport === "ws" && !isSessionPath(call.path));

  return [
    sessionLink({ session, cookie, onChanged: () => sockets.close() }),
    retryLink({
      retry: ({ op, attempts, error }) => {
        const mayRetry = attempts === 1 || op.type === "subscription";
        return mayRetry && isTokenRefused(error) && renewCredential(credentials.get(op.context), options);
      },
      retryDelayMs: (attempt) => (attempt === 1 ? 0 : backoffMs(attempt)),
    }),
    splitLink({
      condition: usesSocket,
      true: trackCredential(credentials, sockets),
      false: httpLinks(options, credentials),
    }),
  ];
}

/** With which token each call was made, by its context: that stays the same however often it is tried. */
type CallCredentials = WeakMap<Operation["context"], Credential>;

/** Drops the credential that the server refused. Answers whether there was one to drop, and so a reason to try again. */
function renewCredential(used: Credential | undefined, { session, sockets }: LinksOptions): boolean {
  if (used === undefined || used.token === null || !session.invalidate(used.token)) return false;
  if (sockets.credential === used) sockets.renew();
  return true;
}

function trackCredential(credentials: CallCredentials, sockets: Sockets): TRPCLink<AppRouter> {
  return (runtime) => {
    const send = sockets.link(runtime);
    return (call) => {
      credentials.set(call.op.context, sockets.credential);
      return send(call);
    };
  };
}

function httpLinks({ url, fetch, session }: LinksOptions, credentials: CallCredentials): TRPCLink<AppRouter> {
  async function headers(calls: readonly Operation[]): Promise<Record<string, string>> {
    if (calls.every(({ path }) => isPublicPath(path))) return {};
    const token = await session.accessToken();
    for (const { context } of calls) credentials.set(context, { token });
    return token === null ? {} : { authorization: `Bearer ${token}` };
  }

  return splitLink({
    condition: ({ input }) => isLong(input),
    true: httpLink({ url, fetch, methodOverride: "POST", headers: ({ op }) => headers([op]) }),
    false: httpBatchLink({
      url,
      fetch,
      maxItems,
      maxURLLength: maxUrlLength,
      headers: ({ opList }) => headers(opList),
    }),
  });
}

function isLong(input: unknown): boolean {
  const json = JSON.stringify(input) ?? "";
  return json.length > maxSharedInput || encodeURIComponent(json).length > maxSharedInput;
}
