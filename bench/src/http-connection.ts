import { once } from "node:events";
import { connect, type Socket } from "node:net";

/**
 * A persistent HTTP connection for one request at a time. Node's own client takes longer for a request than the measured
 * server.
 */
class HttpConnection {
  private readonly socket: Socket;
  private received: Buffer[] = [];
  /** Bytes that the response still lacks; null while its headers are incomplete. */
  private missing: number | null = null;
  private status = "";
  private waiting: PromiseWithResolvers<string> | null = null;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => this.receive(bytes));
    socket.on("error", (error) => this.waiting?.reject(error));
    socket.on("close", () => this.waiting?.reject(new Error("the connection was closed")));
  }

  static async open({ hostname, port }: URL): Promise<HttpConnection> {
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    return new HttpConnection(socket);
  }

  get isClosed(): boolean {
    return this.socket.destroyed || this.socket.readableEnded;
  }

  /** @returns The status of the response. Its body is discarded. */
  get({ host, pathname, search }: URL, headers: Record<string, string>): Promise<string> {
    const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    this.waiting = Promise.withResolvers();
    this.socket.write(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join("")}\r\n`);
    return this.waiting.promise;
  }

  private receive(bytes: Buffer): void {
    if (this.missing === null) this.receiveHeaders(bytes);
    else this.missing -= bytes.length;
    if (this.missing !== 0) return;
    this.missing = null;
    this.waiting?.resolve(this.status);
  }

  private receiveHeaders(bytes: Buffer): void {
    this.received.push(bytes);
    const text = Buffer.concat(this.received).toString("latin1");
    const end = text.indexOf("\r\n\r\n");
    if (end === -1) return;
    const [, status = "", length = ""] =
      /^HTTP\/1\.1 (\d+)[^]*\r\ncontent-length: (\d+)\r\n/i.exec(text.slice(0, end + 2)) ?? [];
    this.received = [];
    this.status = status;
    this.missing = end + 4 + Number.parseInt(length, 10) - text.length;
  }
}

const idle = new Map<string, HttpConnection[]>();

/** Like `get`, for responses whose length is announced. @throws Error if the status is not 200. */
export async function getRaw(address: string, headers: Record<string, string> = {}): Promise<void> {
  const url = new URL(address);
  const connections = idle.get(url.host) ?? [];
  idle.set(url.host, connections);
  let connection = connections.pop();
  // Servers close idle connections.
  while (connection?.isClosed) connection = connections.pop();
  connection ??= await HttpConnection.open(url);
  const status = await connection.get(url, headers);
  connections.push(connection);
  if (status !== "200") throw new Error(`${status} for ${address}`);
}
