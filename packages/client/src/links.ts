import { idempotencyHeader } from "@mdreader/contract/idempotency";
import { contractHeader, contractVersion } from "@mdreader/contract/version";
import { httpBatchLink, httpLink, type Operation, retryLink, splitLink, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";

import { computeBackoffMs } from "./backoff.ts";
import { findIdempotencyKey } from "./idempotency.ts";
import type { LiveConnection } from "./live-connection.ts";
import { type CallFailure, reportLink } from "./report-link.ts";
import { retryCallsLink } from "./retry-link.ts";
import { isSessionPath, isPublicPath, sessionLink } from "./session-link.ts";
import { isTokenRefused, type Session } from "./session.ts";
import type { Credential, Sockets } from "./sockets.ts";
import { timeoutLink } from "./timeout-link.ts";
import type { AppRouter } from "./types.ts";
import { usesWebSocket } from "./via-web-socket.ts";

export interface LinksOptions {
  /** The HTTP address of the procedures. */
  url: string;
  session: Session;
  sockets: Sockets;
  /** Carries the subscriptions. */
  live: LiveConnection;
  /** Whether the browser keeps the refresh token in a cookie. */
  cookie: boolean;
  fetch: typeof fetch;
  /** The transport of queries and mutations. They use HTTP while WebSockets are blocked. */
  transport: "http" | "ws";
  /** Additional headers of calls over HTTP. */
  headers: HeaderSource;
  /** The largest number of repetitions of a call. */
  retries: number;
  timeoutMs: number;
  onError: ((failure: CallFailure) => void) | undefined;
}

/** Headers, or a function that returns the current ones for each request. */
export type HeaderSource =
  | Readonly<Record<string, string>>
  | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);

/** Sent with every call, so that the server can tell an older or newer client from a wrong call. */
export const versionHeaders: Record<string, string> = { [contractHeader]: contractVersion };

/** The largest batch that the server accepts. Calls made in the same tick share a request. */
const maxItems = 20;
/** The URL length that common proxies accept. */
const maxUrlLength = 6_000;
/**
 * The length from which an input is sent in a request of its own, in UTF-16 units of JSON. Queries are in the URL of a shared
 * request, and mutations in its body.
 */
const maxSharedInput = { query: 2_000, mutation: 16_000 };

/** Creates the link chain of a call: session handling, a retry with a fresh token, then HTTP or a WebSocket. */
export function createLinks(options: LinksOptions): TRPCLink<AppRouter>[] {
  const { session, live, cookie, transport, onError } = options;
  const credentials: CallCredentials = new WeakMap();
  const isSentOverSocket = (call: Operation) =>
    live.transport.get() === "websocket" &&
    (usesWebSocket(call) || (transport === "ws" && !isSessionPath(call.path)));
  const overHttp = createHttpLinks(options, credentials);

  return [
    ...(onError === undefined ? [] : [reportLink(onError)]),
    timeoutLink(options.timeoutMs),
    sessionLink({ session, cookie, onChanged: () => live.close() }),
    retryLink({
      retry: ({ op, attempts, error }) => {
        const mayRetry = attempts === 1 || op.type === "subscription";
        return mayRetry && isTokenRefused(error) && renewCredential(credentials.get(op.context), options);
      },
      retryDelayMs: (attempt) => (attempt === 1 ? 0 : computeBackoffMs(attempt)),
    }),
    splitLink({
      condition: ({ type }) => type === "subscription",
      true: trackCredential(credentials, live),
      false: [
        retryCallsLink(options.retries, () => live.ends),
        splitLink({
          condition: isSentOverSocket,
          true: withFallback(options, trackCredential(credentials, options.sockets), overHttp),
          false: overHttp,
        }),
      ],
    }),
  ];
}

/** The token of each call, by its context, which stays the same across retries. */
type CallCredentials = WeakMap<Operation["context"], Credential>;

/** Drops a credential that the server rejected. @returns Whether there was one, so that a retry makes sense. */
function renewCredential(used: Credential | undefined, { session, live }: LinksOptions): boolean {
  if (used === undefined || used.token === null || !session.invalidate(used.token)) return false;
  if (live.credential === used) live.renew();
  return true;
}

function trackCredential(
  credentials: CallCredentials,
  connection: Pick<Sockets, "link" | "credential">,
): TRPCLink<AppRouter> {
  return (runtime) => {
    const send = connection.link(runtime);
    return (call) => {
      credentials.set(call.op.context, connection.credential);
      return send(call);
    };
  };
}

/** Sends a call over HTTP if it was not sent before WebSockets turned out to be blocked. */
function withFallback(
  { sockets, live }: LinksOptions,
  overSocket: TRPCLink<AppRouter>,
  overHttp: TRPCLink<AppRouter>,
): TRPCLink<AppRouter> {
  return (runtime) => {
    const [send, sendOverHttp] = [overSocket(runtime), overHttp(runtime)];
    return (call) =>
      observable((observer) => {
        const { isOpen, openCount } = sockets;
        let running = send(call).subscribe({
          next: (envelope) => observer.next(envelope),
          complete: () => observer.complete(),
          error(error) {
            const isUnsent = !isOpen && sockets.openCount === openCount;
            if (isUnsent && live.transport.get() === "http") running = sendOverHttp(call).subscribe(observer);
            else observer.error(error);
          },
        });
        return () => running.unsubscribe();
      });
  };
}

function createHttpLinks(
  { url, fetch, session, headers: more }: LinksOptions,
  credentials: CallCredentials,
): TRPCLink<AppRouter> {
  async function createHeaders(calls: readonly Operation[]): Promise<Record<string, string>> {
    const own = typeof more === "function" ? await more() : more;
    const common = { ...own, ...versionHeaders };
    if (calls.every(({ path }) => isPublicPath(path))) return common;
    const token = await session.accessToken();
    for (const { context } of calls) credentials.set(context, { token });
    const keys = calls.map((call) => findIdempotencyKey(call) ?? "");
    return {
      ...common,
      ...(keys.some((key) => key !== "") && { [idempotencyHeader]: keys.join() }),
      ...(token !== null && { authorization: `Bearer ${token}` }),
    };
  }

  return splitLink({
    condition: isLong,
    true: httpLink({ url, fetch, methodOverride: "POST", headers: ({ op }) => createHeaders([op]) }),
    false: httpBatchLink({
      url,
      fetch,
      maxItems,
      maxURLLength: maxUrlLength,
      headers: ({ opList }) => createHeaders(opList),
    }),
  });
}

function isLong({ type, input }: Operation): boolean {
  const json = JSON.stringify(input) ?? "";
  if (type === "mutation") return json.length > maxSharedInput.mutation;
  return json.length > maxSharedInput.query || encodeURIComponent(json).length > maxSharedInput.query;
}
