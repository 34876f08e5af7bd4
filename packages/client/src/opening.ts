import type { createWSClient } from "@trpc/client";

type Socket = NonNullable<Parameters<typeof createWSClient>[0]["WebSocket"]>;

/**
 * A socket that is given up when it is not open in time, or when the server says nothing in time after the first message.
 * tRPC would wait for ever for the one, and half a minute for the other. The server is asked for a sign of life at once,
 * since it says nothing by itself.
 */
export function limitingOpening(WebSocket: Socket, maxSilenceMs: number): Socket {
  return class extends WebSocket {
    #isAsked = false;
    #timer: ReturnType<typeof setTimeout> | undefined;

    constructor(...parameters: ConstructorParameters<Socket>) {
      super(...parameters);
      this.#limit();
      const stop = () => clearTimeout(this.#timer);
      this.addEventListener("open", stop);
      this.addEventListener("error", stop);
      this.addEventListener("close", stop);
      this.addEventListener("message", stop);
    }

    #limit(): void {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.close(), maxSilenceMs);
    }

    override send(data: Parameters<WebSocket["send"]>[0]): void {
      super.send(data);
      if (this.#isAsked) return;
      this.#isAsked = true;
      super.send("PING");
      this.#limit();
    }
  };
}
