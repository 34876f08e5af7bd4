import { createWSClient, type TRPCLink, wsLink } from "@trpc/client";

import { backoffMs } from "./backoff.ts";
import { delayUntilOnline } from "./delay-until-online.ts";
import { lineEncoder, createLineSocket } from "./message-batching.ts";
import { limitingOpening } from "./opening.ts";
import type { Session } from "./session.ts";
import type { AppRouter } from "./types.ts";

/** With which token something was sent; null for none. */
export interface Credential {
  token: string | null;
}

/** The WebSocket connections of a client: none, until something needs one. */
export interface Sockets {
  link: TRPCLink<AppRouter>;
  /** What the connection in use was opened with. */
  readonly credential: Credential;
  /** What is sent from now on goes over a connection opened anew; what runs on this one goes on. */
  renew(): void;
  /** Ends all that runs. What is sent later opens a connection again. */
  close(): Promise<void>;
}

type Client = ReturnType<typeof createWSClient>;

/** How long a connection that nothing uses stays open, in milliseconds. */
const idleMs = 5_000;
/** How long a server may say nothing while a connection is opened, in milliseconds, before another try. */
const defaultMaxSilenceMs = 8_000;

export interface SocketsOptions {
  url: string;
  session: Pick<Session, "accessToken">;
  WebSocket?: typeof WebSocket;
  /** How long a server may say nothing while a connection is opened. */
  maxSilenceMs?: number;
}

/**
 * Connections open by need, show the session's token in their first message (never in the URL), close when idle, and
 * come back after a while that grows and varies, with the token of that moment.
 */
export function createSockets({
  url,
  session,
  WebSocket,
  maxSilenceMs = defaultMaxSilenceMs,
}: SocketsOptions): Sockets {
  const clients = new Set<Client>();
  let current: { client: Client; credential: Credential } | null = null;
  let ends = new AbortController();

  /** tRPC's own pause before a try can't be cut short, so it is made when the address is asked for, and tRPC's is none. */
  function pausing() {
    let last = 0;
    /** Tries that count no more, since the browser has been online after them. */
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
      WebSocket: limitingOpening(createLineSocket(WebSocket ?? globalThis.WebSocket), maxSilenceMs),
      experimental_encoder: lineEncoder,
      lazy: { enabled: true, closeMs: idleMs },
      keepAlive: { enabled: true, intervalMs: 20_000, pongTimeoutMs: 5_000 },
      async connectionParams() {
        credential.token = await session.accessToken();
        return credential.token === null ? {} : { token: credential.token };
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
