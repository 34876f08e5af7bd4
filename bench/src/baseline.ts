import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import { Pool } from "pg";

import { runAsChild } from "./child.ts";

/** Creates the pool of a baseline, with as many connections as our server has. */
export function createPool(): Pool {
  const pool = new Pool({
    connectionString: process.env["DATABASE_URL"] ?? "",
    max: 20,
    options: "-c jit=off",
  });
  // The database may end first.
  pool.on("error", () => {});
  return pool;
}

/** Creates a server that responds with JSON. */
export function createJsonServer(read: (request: IncomingMessage) => Promise<unknown>): Server {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = JSON.stringify(await read(request));
      response.setHeader("content-type", "application/json");
      response.end(body);
    } catch {
      response.statusCode = 500;
      response.end();
    }
  }
  return createServer((request, response) => void answer(request, response));
}

/** Starts a server on a free port and reports its address. */
export function listen(server: Server, protocol = "http", close = async (): Promise<void> => {}): void {
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    runAsChild(`${protocol}://127.0.0.1:${port}`, close);
  });
}
