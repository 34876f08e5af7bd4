import type { Reason } from "@mdreader/contract/errors";
import { createTRPCClient, httpLink, type TRPCClient, type TRPCLink } from "@trpc/client";

import { endStreams } from "./client-streams.ts";
import { createImportArchive, type ImportArchive } from "./files/archive.ts";
import { createUploadFile, type UploadFile } from "./files/upload.ts";
import { createHttpStream } from "./http-stream.ts";
import { createLinks, type HeaderSource, versionHeaders } from "./links.ts";
import { createLiveConnection, type LiveTransport } from "./live-connection.ts";
import type { Observed } from "./live/observable.ts";
import type { CallFailure } from "./report-link.ts";
import { rejectForeignResponses } from "./response-error.ts";
import { createFixedSession, type Session, createTokenSession } from "./session.ts";
import { createSockets } from "./sockets.ts";
import { memoryTokens, type TokenStore } from "./tokens.ts";
import type { AppRouter, Tokens } from "./types.ts";
import { type VersionMismatch, watchServerVersion } from "./version-mismatch.ts";

export interface ClientOptions {
  /** The address of MDReader, such as `https://notes.example.com`, including the path if it is not at the root. */
  url: string;
  /**
   * An API key (`mdr_…`) or an access token for all calls, or a function that returns the current one. Without it, sign
   * in with `auth.login`.
   */
  token?: string | (() => string | Promise<string>) | undefined;
  /** Token storage. Default: in memory. */
  tokens?: TokenStore | undefined;
  /**
   * Browsers only: stores the refresh token in a cookie that scripts cannot read, and the access token in memory. The
   * session survives a reload.
   */
  cookie?: boolean | undefined;
  /**
   * The transport of queries and mutations. Subscriptions use a WebSocket in any case. Where WebSockets are blocked,
   * everything uses HTTP. Default: `http`.
   */
  transport?: "http" | "ws" | undefined;
  /**
   * Maximum number of retries of a call whose response was lost, or that a busy or restarting server or proxy refused.
   * Mutations carry an idempotency key, so they take effect once. Default: 2.
   */
  retries?: number | undefined;
  /** The time after which a query or mutation fails, in milliseconds. Default: 60,000. */
  timeoutMs?: number | undefined;
  /** Additional headers of calls over HTTP, or a function that returns the current ones. */
  headers?: HeaderSource | undefined;
  /** tRPC links that each call passes first, for example for logging. */
  links?: TRPCLink<AppRouter>[] | undefined;
  /** Called for each failed call, before its caller gets the error. */
  onError?: ((failure: CallFailure) => void) | undefined;
  /**
   * Called after a sign-in and after each renewal of the session. `expiresAt` is the time at which the session ends
   * unless it is renewed before, or null if the server does not report it.
   */
  onSessionRenewed?: ((session: { expiresAt: string | null }) => void) | undefined;
  /** Called when the session has ended other than by `auth.logout`. Show the sign-in page. */
  onSignedOut?: ((reason: Reason) => void) | undefined;
  /**
   * Called when a response shows that the server's contract is newer or older than this client's, once for each version
   * of the server. Compatible calls still work; a web page can offer to reload.
   */
  onVersionMismatch?: ((mismatch: VersionMismatch) => void) | undefined;
  fetch?: typeof fetch | undefined;
  WebSocket?: typeof WebSocket | undefined;
}

/** The session, for requests outside of tRPC. */
export interface ClientSession {
  /** Whether a user is signed in. After a reload with `cookie`, this sends a request to the server. */
  isSignedIn(): Promise<boolean>;
  /** A currently valid token for your own requests, such as a file upload. Null if no user is signed in. */
  accessToken(): Promise<string | null>;
}

/** The typed procedures (`client.document.get.query({ id })`) and the client's own members. */
export type Client = TRPCClient<AppRouter> & ClientMembers;

interface ClientMembers extends AsyncDisposable {
  session: ClientSession;
  /**
   * Uploads a file to a workspace, as an attachment of a document or into a folder. The file is sent in parts, and the
   * upload resumes after a lost connection. Bytes that the workspace already has are not sent.
   * @throws TRPCClientError, as procedures do.
   */
  uploadFile: UploadFile;
  /**
   * Uploads a zip archive and unpacks it into a workspace. Markdown files become documents; other files keep their paths.
   * Existing items that differ are updated.
   * @throws TRPCClientError, as procedures do.
   */
  importArchive: ImportArchive;
  /** The transport of events: a WebSocket, or HTTP while WebSockets are blocked. */
  liveTransport: Observed<LiveTransport>;
  /** Resolves an address from the server, such as that of `file.downloadUrl`, to an absolute URL. */
  fileUrl(url: string): string;
  /**
   * Ends subscriptions, open documents, presence streams and connections. Calls and uploads that wait to be repeated fail.
   * Later calls open connections again.
   */
  close(): Promise<void>;
}

const defaultRetries = 2;
const defaultTimeoutMs = 60_000;

/** The timeout of a refresh. Other calls may be waiting for it. */
const refreshTimeoutMs = 20_000;

/**
 * Creates a client for browsers, workers and Node. It connects on first use.
 *
 * `auth.login`, `auth.passkey.login`, `auth.device.login` and `auth.register` sign the client in; `auth.logout` signs it
 * out. The client renews an expiring access token automatically, once for all waiting calls.
 *
 * @throws TypeError when `url` is not an HTTP address.
 */
export function createClient(options: ClientOptions): Client {
  const { cookie = false, transport = "http", WebSocket } = options;
  const http = toEndpoint(options.url, "trpc");
  const ws = toEndpoint(options.url, "ws").replace(/^http/, "ws");
  const send = callGlobalFetch(options);
  const call = rejectForeignResponses(watchServerVersion(send, options.onVersionMismatch));

  const session = createSession(options, http, call);
  const stream = createHttpStream({
    url: toEndpoint(options.url, "stream"),
    session,
    fetch: call,
    headers: versionHeaders,
  });
  const sockets = createSockets({
    url: ws,
    session,
    ...(WebSocket && { WebSocket }),
    isReachable: () => stream.isReachable(),
    onBlocked: () => live.fallBack(),
  });
  const live = createLiveConnection({ sockets, stream });
  const {
    retries = defaultRetries,
    timeoutMs = defaultTimeoutMs,
    headers = {},
    links = [],
    onError,
  } = options;
  const procedures = createTRPCClient<AppRouter>({
    links: [
      ...links,
      ...createLinks({
        url: http,
        session,
        sockets,
        live,
        cookie,
        fetch: call,
        transport,
        headers,
        retries,
        timeoutMs,
        onError,
      }),
    ],
  });

  const base = toEndpoint(options.url, "");
  const fileUrl = (url: string) => (url.startsWith("/") ? base + url.slice(1) : url);
  const uploading = { procedures, fetch: send, fileUrl, findEnd: () => live.ends };
  const close = () => {
    endStreams(client);
    return live.close();
  };
  const members: ClientMembers = {
    session,
    uploadFile: createUploadFile(uploading),
    importArchive: createImportArchive({ ...uploading, accessToken: () => session.accessToken() }),
    fileUrl,
    liveTransport: live.transport,
    close,
    [Symbol.asyncDispose]: close,
  };
  const client: object = new Proxy(procedures, {
    get: (target, name) => Reflect.get(Object.hasOwn(members, name) ? members : target, name),
  });
  return client as Client; // the proxy above returns members by their names and procedures by all other names
}

function createSession(
  { token, tokens, cookie = false, onSessionRenewed, onSignedOut }: ClientOptions,
  url: string,
  send: typeof fetch,
): Session {
  if (token !== undefined) return createFixedSession(token);
  const bare = createTRPCClient<AppRouter>({
    links: [httpLink({ url, fetch: send, headers: versionHeaders })],
  });
  return createTokenSession({
    store: cookie || tokens === undefined ? memoryTokens() : tokens,
    cookie,
    onTokens: ({ refreshExpiresAt = null }) => onSessionRenewed?.({ expiresAt: refreshExpiresAt }),
    onSignedOut: (reason) => onSignedOut?.(reason),
    exchange: (refreshToken): Promise<Tokens> =>
      bare.auth.refresh.mutate(refreshToken === null ? {} : { refreshToken }, {
        signal: AbortSignal.timeout(refreshTimeoutMs),
      }),
  });
}

/** Looks up the global `fetch` at each call, so that a later replacement takes effect. */
function callGlobalFetch({ fetch: own, cookie }: ClientOptions): typeof fetch {
  return (input, init) => {
    const send = own ?? globalThis.fetch;
    // Requests to a storage omit credentials, which it need not permit.
    return send(input, cookie ? { credentials: "include", ...init } : init);
  };
}

function toEndpoint(base: string, name: string): string {
  const url = new URL(base);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new TypeError(`not an HTTP address: ${base}`);
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}/${name}`;
}
