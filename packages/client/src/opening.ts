import type { createWSClient } from "@trpc/client";

type Socket = NonNullable<Parameters<typeof createWSClient>[0]["WebSocket"]>;

/**
 * Creates a WebSocket class that closes a socket that does not open in time, or whose server does not respond to the
 * first message in time. tRPC would wait forever for the former, and half a minute for the latter. The socket sends a
 * ping right after the first message, because the server sends nothing unprompted.
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
