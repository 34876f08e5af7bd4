import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** The effect of a proxy on WebSockets, or on all connections. */
export type SocketPolicy = "allow" | "refuse" | "close after a moment" | "refuse everything";

/** A proxy for HTTP/1.1 that may block WebSockets. */
export interface BlockingProxy extends AsyncDisposable {
  url: string;
  policy: SocketPolicy;
  /** The most connections that were open at the same time. */
  readonly maxConnections: number;
  /** Ends all connections. */
  cut(): void;
}

const closingMs = 200;

export async function createBlockingProxy(target: string, first: SocketPolicy): Promise<BlockingProxy> {
  const open = new Set<Socket>();
  let maxConnections = 0;
  const server = createServer((client) => {
    if (proxy.policy === "refuse everything") {
      client.destroy();
      return;
    }
    open.add(client.on("error", () => client.destroy()).on("close", () => open.delete(client)));
    maxConnections = Math.max(maxConnections, open.size);
    const through = connect(Number(new URL(target).port), "127.0.0.1");
    through.on("error", () => client.destroy()).on("close", () => client.destroy());
    client.on("close", () => through.destroy());
    through.pipe(client);
    client.on("data", (chunk: Buffer) => {
      if (proxy.policy !== "allow" && /^upgrade: websocket/im.test(chunk.toString("latin1"))) {
        if (proxy.policy === "refuse") {
          client.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
          return;
        }
        setTimeout(() => client.destroy(), closingMs);
      }
      if (!through.write(chunk)) client.pause();
    });
    through.on("drain", () => client.resume());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server's is one
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  const proxy: BlockingProxy = {
    url: `http://127.0.0.1:${port}`,
    policy: first,
    get maxConnections() {
      return maxConnections;
    },
    cut,
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
    },
  };
  return proxy;
}
