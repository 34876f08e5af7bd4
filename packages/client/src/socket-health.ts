import type { createWSClient } from "@trpc/client";

type Socket = NonNullable<Parameters<typeof createWSClient>[0]["WebSocket"]>;

/** Finds out whether a network blocks WebSockets. */
export interface SocketHealth {
  /** Creates a WebSocket class that reports how its sockets end. */
  watch(WebSocket: Socket): Socket;
  /** Ignores the sockets so far, which the client closes. */
  forget(): void;
  /** The number of sockets that have opened. */
  readonly openCount: number;
}

export interface SocketHealthOptions {
  /** Whether the server can be reached without a WebSocket. */
  isReachable(): Promise<boolean>;
  /** Called when sockets fail repeatedly although the server can be reached. */
  onBlocked(): void;
}

/** A socket that ends abnormally within this time has failed. */
const minLifeMs = 10_000;
/** The number of failures in a row after which the server is contacted without a WebSocket. */
const minFailures = 2;
/** The code of a connection that ended without a closing handshake. */
const abnormalClosure = 1006;

/**
 * A server that is down fails in the same way. So sockets count as blocked only if one fails after the server has answered
 * otherwise.
 */
export function createSocketHealth({ isReachable, onBlocked }: SocketHealthOptions): SocketHealth {
  let failures = 0;
  let isServerUp = false;
  let isAsking = false;
  let openCount = 0;
  /** Tells sockets apart that the client has closed. */
  let period = 0;

  const reset = () => {
    failures = 0;
    isServerUp = false;
  };

  async function askServer(): Promise<void> {
    isAsking = true;
    const asked = period;
    const isUp = await isReachable();
    isAsking = false;
    if (asked === period && failures >= minFailures) isServerUp = isUp;
  }

  function onFailed(): void {
    failures += 1;
    if (isServerUp) {
      reset();
      onBlocked();
    } else if (failures >= minFailures && !isAsking) void askServer();
  }

  return {
    watch: (WebSocket) =>
      class extends WebSocket {
        constructor(...parameters: ConstructorParameters<Socket>) {
          super(...parameters);
          const created = period;
          let start: number | null = null;
          this.addEventListener("open", () => (openCount += 1));
          this.addEventListener("message", () => {
            start ??= performance.now();
            if (performance.now() - start >= minLifeMs) reset();
          });
          this.addEventListener("close", ({ code }) => {
            if (created !== period) return;
            const isShort = start !== null && performance.now() - start < minLifeMs;
            if (start === null || (isShort && code === abnormalClosure)) onFailed();
            else reset();
          });
        }
      },
    forget() {
      period += 1;
      reset();
    },
    get openCount() {
      return openCount;
    },
  };
}
