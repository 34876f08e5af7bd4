import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";

/** A proxy to a server that can cut, stall and redirect connections, like networks and failovers do. */
export interface Proxy extends AsyncDisposable {
  /** The server's URL through the proxy. */
  url: string;
  port: number;
  /** Resets all connections. */
  cut(): void;
  /** Resets each connection on which the client sends `word`, before it reaches the server. Null stops that. */
  cutAt(word: string | null): void;
  /** Lets `word` reach the server, but resets the connection before the response. */
  cutAfter(word: string): void;
  /** Silently drops all data on open connections, and leaves new ones unanswered. */
  stall(): void;
  /** Accepts new connections again, and forwards them to `url`. Earlier ones stay dead. */
  moveTo(url: string): void;
}

/** @param host The address on which the proxy listens. */
export async function openProxy(url: string, host = "127.0.0.1", port = 0): Promise<Proxy> {
  let target = new URL(url);
  let word: string | null = null;
  let cutsResponse = false;
  let isStalled = false;
  const pairs = new Set<Pair>();

  const server = createServer((client) => {
    const pair = new Pair(
      client,
      isStalled ? null : createConnection(getPort(target), target.hostname),
      pairs,
    );
    client.on("data", (bytes) => {
      const isMatch = word !== null && bytes.includes(word);
      if (isMatch && !cutsResponse) return pair.reset();
      if (isMatch) pair.cutsNextResponse = true;
      pair.send(bytes);
    });
  }).listen(port, host);
  await once(server, "listening");
  const proxyUrl = new URL(url);
  proxyUrl.host = `${host}:${getPort(server)}`;
  const reset = () => pairs.forEach((pair) => pair.reset());

  return {
    url: proxyUrl.href,
    port: getPort(server),
    cut: reset,
    cutAt(newWord) {
      word = newWord;
      cutsResponse = false;
    },
    cutAfter(newWord) {
      word = newWord;
      cutsResponse = true;
    },
    stall() {
      isStalled = true;
      for (const pair of pairs) pair.isDead = true;
    },
    moveTo(newUrl) {
      target = new URL(newUrl);
      isStalled = false;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      reset();
    },
  };
}

/** A client's connection, and the connection to the server to which it is forwarded. */
class Pair {
  isDead = false;
  cutsNextResponse = false;
  private readonly client: Socket;
  private readonly upstream: Socket | null;
  private readonly pairs: Set<Pair>;

  constructor(client: Socket, upstream: Socket | null, pairs: Set<Pair>) {
    this.client = client;
    this.upstream = upstream;
    this.pairs = pairs;
    pairs.add(this);
    if (upstream === null) this.isDead = true;
    for (const socket of [client, upstream]) {
      socket?.on("error", () => {}).on("close", () => this.isDead || this.end());
    }
    upstream?.on("data", (bytes) => {
      if (this.isDead) return;
      if (this.cutsNextResponse) this.reset();
      else client.write(bytes);
    });
  }

  send(bytes: Uint8Array): void {
    if (!this.isDead) this.upstream?.write(bytes);
  }

  reset(): void {
    this.pairs.delete(this);
    this.client.resetAndDestroy();
    this.upstream?.destroy();
  }

  private end(): void {
    this.pairs.delete(this);
    this.client.end();
    this.upstream?.end();
  }
}

function getPort(endpoint: URL | Server): number {
  if (endpoint instanceof URL) return Number(endpoint.port || 5432);
  const address = endpoint.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return address.port;
}
