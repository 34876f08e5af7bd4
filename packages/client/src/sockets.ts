import { contractParam, contractVersion } from "@mdreader/contract/version";
import { createWSClient, type TRPCLink, wsLink } from "@trpc/client";

import { backoffMs } from "./backoff.ts";
import { delayUntilOnline } from "./delay-until-online.ts";
import { limitSilence } from "./limit-silence.ts";
import { lineEncoder, createLineSocket } from "./message-batching.ts";
import type { Session } from "./session.ts";
import type { AppRouter } from "./types.ts";

/** The token that a call or connection used; null for none. */
export interface Credential {
  token: string | null;
}

/** The WebSocket connections of a client, opened on demand. */
export interface Sockets {
  link: TRPCLink<AppRouter>;
  /** The credential of the current connection. */
  readonly credential: Credential;
  /** Uses a new connection for later calls. Those in progress continue on the current one. */
  renew(): void;
  /** Closes all connections. Later calls open a new one. */
  close(): Promise<void>;
}

type Client = ReturnType<typeof createWSClient>;

/** The time after which an unused connection is closed. */
const idleMs = 5_000;
/** The time that a server may stay silent while a connection is opened, before another attempt. */
const defaultMaxSilenceMs = 8_000;
/** The time without messages after which the server is asked for a sign of life, and the time it has for that. */
const defaultPingMs = 10_000;
const maxPongMs = 5_000;

export interface SocketsOptions {
  url: string;
  session: Pick<Session, "accessToken">;
  WebSocket?: typeof WebSocket;
  /** The time that a server may stay silent while a connection is opened. */
  maxSilenceMs?: number;
  /** The time without messages after which the server is asked for a sign of life. */
  pingMs?: number;
}

/**
 * Creates connections on demand. They send the session's token in their first message (never in the URL), close when
 * idle, and reconnect with a jittered backoff and the current token.
 */
export function createSockets({
  url,
  session,
  WebSocket,
  maxSilenceMs = defaultMaxSilenceMs,
  pingMs = defaultPingMs,
}: SocketsOptions): Sockets {
  const clients = new Set<Client>();
  let current: { client: Client; credential: Credential } | null = null;
  let ends = new AbortController();

  /** tRPC's own retry delay cannot be cut short. It is set to zero, and the delay happens in the `url` callback instead. */
  function pausing() {
    let last = 0;
    /** Attempts that no longer count, because the browser has come online since. */
    let forgiven = 0;
    let wait = 0;
    return {
      retryDelayMs(attempt: number) {
        if (attempt < forgiven) forgiven = 0;
        last = attempt;
        wait = backoffMs(attempt - forgiven);
        return 0;
      },
      async url() {
        const milliseconds = wait;
        wait = 0;
        if (milliseconds > 0 && (await delayUntilOnline(milliseconds, { signal: ends.signal })))
          forgiven = last + 1;
        return url;
      },
    };
  }

  function open() {
    for (const client of clients) {
      if (client.connectionState.get().state === "idle") clients.delete(client);
    }
    const credential: Credential = { token: null };
    const client = createWSClient({
      ...pausing(),
      WebSocket: limitSilence(createLineSocket(WebSocket ?? globalThis.WebSocket), maxSilenceMs),
      experimental_encoder: lineEncoder,
      lazy: { enabled: true, closeMs: idleMs },
      keepAlive: { enabled: true, intervalMs: pingMs, pongTimeoutMs: Math.min(maxSilenceMs, maxPongMs) },
      async connectionParams() {
        credential.token = await session.accessToken();
        const version = { [contractParam]: contractVersion };
        return credential.token === null ? version : { ...version, token: credential.token };
      },
    });
    clients.add(client);
    return { client, credential };
  }

  const inUse = () => (current ??= open());

  return {
    link: (runtime) => (call) => wsLink<AppRouter>({ client: inUse().client })(runtime)(call),
    get credential() {
      return inUse().credential;
    },
    renew() {
      current = null;
    },
    async close() {
      current = null;
      ends.abort(new Error("The client was closed."));
      ends = new AbortController();
      const closing = [...clients].map((client) => client.close());
      clients.clear();
      await Promise.all(closing);
    },
  };
}
