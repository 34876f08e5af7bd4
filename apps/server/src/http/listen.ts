import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

import { errorCode, errorMessage } from "../error-utils.ts";
import { StartError } from "../start-error.ts";
import { respondUnavailable } from "./response/unavailable.ts";

/** Request timeouts in milliseconds. They bound the resources that slow clients use. */
const timeoutsMs = {
  headersTimeout: 10_000,
  // Long enough for uploads.
  requestTimeout: 300_000,
  connectionsCheckingInterval: 2_000,
  // Longer than proxies usually keep idle connections, so that none closes just as a request arrives.
  keepAliveTimeout: 65_000,
};

/** Maximum size of a request's line and headers: a URL of the maximum length, and 8 KB of headers. */
const maxHeaderBytes = 24 * 1024;

/** Maximum number of connections, including WebSockets. Each uses a few kilobytes. */
const maxConnections = 12_000;

/** A listening HTTP server. It responds that it is starting until `serve` is called. */
export interface Listening {
  server: Server;
  port: number;
  /** Starts serving requests. */
  serve(listener: RequestListener, upgrade: UpgradeListener): void;
}

export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** @param port 0 for any free port. @throws StartError */
export async function listen(host: string, port: number): Promise<Listening> {
  const server = createServer({ ...timeoutsMs, maxHeaderSize: maxHeaderBytes }, respondStarting);
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  }).catch((error: unknown) => {
    throw new StartError(toStartError(error, host, port), { cause: error });
  });
  return {
    server,
    port: getPort(server.address()),
    serve(listener, upgrade) {
      server.off("request", respondStarting).on("request", listener).on("upgrade", upgrade);
    },
  };
}

const respondStarting: RequestListener = (request, response) => respondUnavailable(request, response);

function getPort(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("a server without a port");
  return address.port;
}

function toStartError(error: unknown, host: string, port: number): string {
  switch (errorCode(error)) {
    case "EADDRINUSE":
      return (
        `Port ${port} on ${host} is in use by another program, perhaps another MDReader. ` +
        "Stop it, or set APP_PORT to a free port."
      );
    case "EACCES":
      return `Port ${port} requires privileges that this user lacks. Set APP_PORT to a port above 1023.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `APP_HOST ${host} isn't an address of this machine. Use 127.0.0.1 for this machine only, or 0.0.0.0 for all interfaces.`;
    default:
      return `The server can't listen on ${host}:${port}: ${errorMessage(error)}`;
  }
}
