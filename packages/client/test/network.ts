/** A simulated network for WebSockets. */
export interface Network {
  WebSocket: typeof WebSocket;
  /** Closes all connections and prevents new ones until `restore`. */
  cut(): void;
  restore(): void;
  /** Silently drops incoming messages for which `isLost` returns true; null stops this. */
  lose(isLost: ((message: string) => boolean) | null): void;
  /** Delays outgoing messages for which `isHeld` returns true, until it is called with null. */
  hold(isHeld: ((message: string) => boolean) | null): void;
  /** The number of delayed messages. */
  readonly held: number;
  /** The number of connections that are open or being opened. */
  readonly connectionCount: number;
}

/** An address without a server. `fetch` does not block its port. */
const unreachableUrl = "ws://127.0.0.1:65529";

export function createTestNetwork(): Network {
  let isCut = false;
  let losing: ((message: string) => boolean) | null = null;
  let holding: ((message: string) => boolean) | null = null;
  let held: (() => void)[] = [];
  const sockets = new Set<WebSocket>();
  class NetworkSocket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(isCut ? unreachableUrl : url, protocols);
      sockets.add(this);
      this.addEventListener("close", () => sockets.delete(this));
      // This listener is registered first, so that it can stop the event.
      this.addEventListener("message", (event) => {
        if (losing?.(String(event.data)) === true) event.stopImmediatePropagation();
      });
    }
    override send(data: Parameters<WebSocket["send"]>[0]): void {
      if (typeof data === "string" && holding?.(data) === true) held.push(() => super.send(data));
      else super.send(data);
    }
  }
  return {
    WebSocket: NetworkSocket,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.close();
    },
    restore() {
      isCut = false;
    },
    lose(isLost) {
      losing = isLost;
    },
    hold(isHeld) {
      holding = isHeld;
      if (isHeld !== null) return;
      for (const send of held) send();
      held = [];
    },
    get held() {
      return held.length;
    },
    get connectionCount() {
      return sockets.size;
    },
  };
}
