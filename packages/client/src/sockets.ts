import { contractParam, contractVersion } from "@mdreader/contract/version";
import { createWSClient, type TRPCLink, wsLink } from "@trpc/client";

import { computeBackoffMs } from "./backoff.ts";
import { delayUntilOnline } from "./delay-until-online.ts";
import { findIdempotencyKey } from "./idempotency.ts";
import { limitSilence } from "./limit-silence.ts";
import { KeyedInput, lineEncoder, createLineSocket } from "./message-batching.ts";
import type { Session } from "./session.ts";
import { createSocketHealth } from "./socket-health.ts";
import type { AppRouter } from "./types.ts";
import { usesWebSocket } from "./via-web-socket.ts";

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
  /** Whether calls can be sent immediately. */
  readonly isOpen: boolean;
  /** The number of connections that have opened. */
  readonly openCount: number;
  /** Tries to open a connection, and closes it. */
  canOpen(): Promise<boolean>;
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
  /** Whether the server can be reached without a WebSocket. Default: no. */
  isReachable?: () => Promise<boolean>;
  /** Called when connections fail repeatedly although the server can be reached. */
  onBlocked?: () => void;
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
  isReachable = async () => false,
  onBlocked = () => {},
  maxSilenceMs = defaultMaxSilenceMs,
  pingMs = defaultPingMs,
}: SocketsOptions): Sockets {
  const clients = new Set<Client>();
  let current: { client: Client; credential: Credential } | null = null;
  let ends = new AbortController();
  const health = createSocketHealth({ isReachable, onBlocked });
  let trial: { close(): void } | null = null;
  const createSocketClass = () =>
    limitSilence(createLineSocket(WebSocket ?? globalThis.WebSocket), maxSilenceMs);

  /** tRPC's own retry delay cannot be cut short. It is set to zero, and the delay happens in the `url` callback instead. */
  function createRetryDelays() {
    let last = 0;
    /** Attempts that no longer count, because the browser has come online since. */
    let forgiven = 0;
    let waitMs = 0;
    return {
      retryDelayMs(attempt: number) {
        if (attempt < forgiven) forgiven = 0;
        last = attempt;
        waitMs = computeBackoffMs(attempt - forgiven);
        return 0;
      },
      async url() {
        const milliseconds = waitMs;
        waitMs = 0;
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
      ...createRetryDelays(),
      WebSocket: health.watch(createSocketClass()),
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

  const openCurrent = () => (current ??= open());

  return {
    link: (runtime) => (call) => {
      const send = wsLink<AppRouter>({ client: openCurrent().client })(runtime);
      // Edits and presence, which always use the socket, can be sent again without a key.
      const key = usesWebSocket(call.op) ? null : findIdempotencyKey(call.op);
      return send(
        key === null ? call : { ...call, op: { ...call.op, input: new KeyedInput(call.op.input, key) } },
      );
    },
    get credential() {
      return openCurrent().credential;
    },
    renew() {
      current = null;
    },
    get isOpen() {
      return current?.client.connectionState.get().state === "pending";
    },
    get openCount() {
      return health.openCount;
    },
    async canOpen() {
      const socket = new (createSocketClass())(url);
      trial = socket;
      const answered = await new Promise<boolean>((resolve) => {
        socket.addEventListener("open", () => socket.send("PING"));
        socket.addEventListener("message", () => resolve(true));
        socket.addEventListener("error", () => resolve(false));
        socket.addEventListener("close", () => resolve(false));
      });
      trial = null;
      socket.close();
      return answered;
    },
    async close() {
      current = null;
      health.forget();
      trial?.close();
      ends.abort(new Error("The client was closed."));
      ends = new AbortController();
      const closing = [...clients].map((client) => client.close());
      clients.clear();
      await Promise.all(closing);
    },
  };
}
