/** An address without a server. `fetch` does not block its port. */
const unreachableUrl = "ws://127.0.0.1:65529";

/** Fails to connect, as in a network that blocks WebSockets. */
export class BlockedWebSocket extends WebSocket {
  constructor() {
    super(unreachableUrl);
  }
}
