/** A machine's network, as its WebSockets see it. */
export interface Network {
  WebSocket: typeof WebSocket;
  /** Ends all connections; none can be made until `restore`. */
  cut(): void;
  restore(): void;
  /** Loses what arrives that `isLost` takes, without a connection noticing; nothing, from `null` on. */
  lose(isLost: ((message: string) => boolean) | null): void;
  /** Holds back what is sent that `isHeld` takes, until it is called with `null`. */
  hold(isHeld: ((message: string) => boolean) | null): void;
  /** How many messages are held back. */
  readonly held: number;
}

/** Nobody listens there. It is none of the ports that are refused before anything is tried. */
const unreachableUrl = "ws://127.0.0.1:65529";

export function createTestNetwork(): Network {
  let isCut = false;
  let losing: ((message: string) => boolean) | null = null;
  let holding: ((message: string) => boolean) | null = null;
  let held: (() => void)[] = [];
  const sockets = new Set<WebSocket>();
  class Cable extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(isCut ? unreachableUrl : url, protocols);
      sockets.add(this);
      this.addEventListener("close", () => sockets.delete(this));
      // The first to listen, so that nobody else hears of it.
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
    WebSocket: Cable,
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
  };
}
