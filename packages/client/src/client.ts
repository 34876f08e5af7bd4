import type { Reason } from "@mdreader/contract/errors";
import { createTRPCClient, httpLink, type TRPCClient } from "@trpc/client";

import { endStreams } from "./client-streams.ts";
import { createImportArchive, type ImportArchive } from "./files/archive.ts";
import { createUploadFile, type UploadFile } from "./files/upload.ts";
import { createLinks } from "./links.ts";
import { createFixedSession, type Session, createTokenSession } from "./session.ts";
import { createSockets } from "./sockets.ts";
import { memoryTokens, type TokenStore } from "./tokens.ts";
import type { Tokens } from "./types.ts";
import type { AppRouter } from "./types.ts";

export interface ClientOptions {
  /** Where MDReader is, as `https://notes.example.com`, with the path where it does not live at the root. */
  url: string;
  /** An API key (`mdr_…`), or an access token, that all calls are made with. Without it, sign in by `auth.login`. */
  token?: string;
  /** Where tokens are kept; in memory, unless said otherwise. */
  tokens?: TokenStore;
  /**
   * In a browser: has the refresh token kept in a cookie that no script can read, and the access token in memory alone.
   * After a reload the session goes on by itself.
   */
  cookie?: boolean;
  /** What carries queries and mutations. Subscriptions go over a WebSocket either way. `http`, unless said otherwise. */
  transport?: "http" | "ws";
  /**
   * Is told when someone has signed in and whenever the session was renewed: `expiresAt` is when it ends, unless it is
   * renewed before; null where the server does not say.
   */
  onSessionRenewed?: (session: { expiresAt: string | null }) => void;
  /** Is told when the session has ended other than by `auth.logout`: show the sign-in page. */
  onSignedOut?: (reason: Reason) => void;
  fetch?: typeof fetch;
  WebSocket?: typeof WebSocket;
}

/** Who is signed in, for what tRPC does not carry. */
export interface ClientSession {
  /** Whether anyone is signed in. After a reload of a page with `cookie`, this asks the server. */
  isSignedIn(): Promise<boolean>;
  /** A token that is valid now, for a request of your own, such as a file's upload; null when nobody is signed in. */
  accessToken(): Promise<string | null>;
}

/** The typed procedures (`client.document.get.query({ id })`), and what a client has besides. */
export type Client = TRPCClient<AppRouter> & ClientMembers;

interface ClientMembers extends AsyncDisposable {
  session: ClientSession;
  /**
   * Uploads a file into a workspace, as an attachment of a document or to a folder of its own. It is sent in parts, goes on
   * where it stopped when the connection is lost, and is not sent at all where the workspace has these bytes already.
   * @throws TRPCClientError, as procedures do.
   */
  uploadFile: UploadFile;
  /**
   * Uploads a zip archive and unpacks it into a workspace: Markdown becomes documents, all else files at their paths. What
   * is there already is updated where it differs.
   * @throws TRPCClientError, as procedures do.
   */
  importArchive: ImportArchive;
  /** Makes an address that the server gave, such as `file.downloadUrl`'s, one that works anywhere. */
  fileUrl(url: string): string;
  /**
   * Ends subscriptions, open documents, the watching of presence, and connections. Calls made later open connections
   * again.
   */
  close(): Promise<void>;
}

/** How long a refresh may take, in milliseconds. Others may be waiting for it. */
const refreshTimeoutMs = 20_000;

/**
 * Makes a client. It connects to nothing until it is used, and works in browsers, workers and Node alike.
 *
 * Signing in by `auth.login` or `auth.register` signs the client in, and `auth.logout` out. An access token that expires
 * is renewed unseen, once for all calls that wait for it.
 *
 * @throws TypeError when `url` is not an HTTP address.
 */
export function createClient(options: ClientOptions): Client {
  const { cookie = false, transport = "http", WebSocket } = options;
  const http = toEndpoint(options.url, "trpc");
  const ws = toEndpoint(options.url, "ws").replace(/^http/, "ws");
  const send = callGlobalFetch(options);

  const session = createSession(options, http, send);
  const sockets = createSockets({ url: ws, session, ...(WebSocket && { WebSocket }) });
  const procedures = createTRPCClient<AppRouter>({
    links: createLinks({ url: http, session, sockets, cookie, fetch: send, transport }),
  });

  const base = toEndpoint(options.url, "");
  const fileUrl = (url: string) => (url.startsWith("/") ? base + url.slice(1) : url);
  const uploading = { procedures, fetch: send, fileUrl };
  const close = () => {
    endStreams(client);
    return sockets.close();
  };
  const members: ClientMembers = {
    session,
    uploadFile: createUploadFile(uploading),
    importArchive: createImportArchive({ ...uploading, accessToken: () => session.accessToken() }),
    fileUrl,
    close,
    [Symbol.asyncDispose]: close,
  };
  const client: object = new Proxy(procedures, {
    get: (target, name) => Reflect.get(Object.hasOwn(members, name) ? members : target, name),
  });
  return client as Client; // by the line above: members by their names, procedures by all others
}

function createSession(
  { token, tokens, cookie = false, onSessionRenewed, onSignedOut }: ClientOptions,
  url: string,
  send: typeof fetch,
): Session {
  if (token !== undefined) return createFixedSession(token);
  const bare = createTRPCClient<AppRouter>({ links: [httpLink({ url, fetch: send })] });
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

/** Looked up at each call, so that whoever replaces the global one later is heard. */
function callGlobalFetch({ fetch: own, cookie }: ClientOptions): typeof fetch {
  return (input, init) => {
    const send = own ?? globalThis.fetch;
    return send(input, cookie ? { ...init, credentials: "include" } : init);
  };
}

function toEndpoint(base: string, name: string): string {
  const url = new URL(base);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new TypeError(`not an HTTP address: ${base}`);
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}/${name}`;
}
