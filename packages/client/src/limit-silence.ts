import type { createWSClient } from "@trpc/client";

type Socket = NonNullable<Parameters<typeof createWSClient>[0]["WebSocket"]>;

/** The time that a server may take to confirm that a connection is closed. */
const closingMs = 1_000;

/**
 * Creates a WebSocket class that does not wait for a silent server:
 *
 * - A socket is closed if it does not open in time, or if the server does not respond to the first message in time. tRPC
 *   would wait forever for the former, and half a minute for the latter. The socket sends a ping right after the first
 *   message, because the server sends nothing unprompted.
 * - A socket that is being closed reports it within a second. By themselves, Node waits until TCP gives up the
 *   connection, and Chromium a minute, before a client learns that it has to reconnect.
 */
export function limitSilence(WebSocket: Socket, maxSilenceMs: number): Socket {
  return class extends WebSocket {
    #isAsked = false;
    #isAbandoned = false;
    #timer: ReturnType<typeof setTimeout> | undefined;

    constructor(...parameters: ConstructorParameters<Socket>) {
      super(...parameters);
      // These listeners are registered first, so that they can stop what arrives on an abandoned connection.
      const settle = (event: Event) => {
        if (this.#isAbandoned) event.stopImmediatePropagation();
        else if (this.readyState !== WebSocket.CLOSING) clearTimeout(this.#timer);
      };
      this.addEventListener("open", settle);
      this.addEventListener("message", settle);
      this.addEventListener("error", settle);
      this.addEventListener("close", settle);
      this.#limit();
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

    override close(...parameters: Parameters<WebSocket["close"]>): void {
      super.close(...parameters);
      clearTimeout(this.#timer);
      if (this.readyState === WebSocket.CLOSING) this.#timer = setTimeout(() => this.#abandon(), closingMs);
    }

    #abandon(): void {
      // The class of the package `ws` is no EventTarget, and can end a connection itself.
      if ("terminate" in this && typeof this.terminate === "function") {
        this.terminate();
        return;
      }
      this.dispatchEvent(Object.assign(new Event("close"), { code: 1006, reason: "", wasClean: false }));
      this.#isAbandoned = true;
    }
  };
}
