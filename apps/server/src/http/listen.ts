import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

import { errorCode, errorMessage } from "../error-utils.ts";
import { StartError } from "../start-error.ts";
import { createErrorResponse } from "./response/error-response.ts";

/** How long callers may take to say what they want, in milliseconds. Whoever is slower holds nobody else up. */
const timeoutsMs = {
  headersTimeout: 10_000,
  // Uploads are requests too.
  requestTimeout: 300_000,
  connectionsCheckingInterval: 2_000,
  // Longer than proxies commonly keep a connection, so that none is closed just as a request comes.
  keepAliveTimeout: 65_000,
};

/** Connections at once, sockets included: each costs some kilobytes. */
const maxConnections = 12_000;

/** An HTTP server that listens. Until it is told how to answer, it says that it is starting. */
export interface Listening {
  server: Server;
  port: number;
  /** From now on requests are answered. */
  serve(listener: RequestListener, upgrade: UpgradeListener): void;
}

export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** @param port 0 for any that is free. @throws StartError */
export async function listen(host: string, port: number): Promise<Listening> {
  const server = createServer(timeoutsMs, respondStarting);
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

const respondStarting: RequestListener = (_, response) => {
  const { status, body } = createErrorResponse("UNAVAILABLE");
  response.writeHead(status, { "content-type": "application/json", "retry-after": "1" }).end(body);
};

function getPort(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("a server without a port");
  return address.port;
}

function toStartError(error: unknown, host: string, port: number): string {
  switch (errorCode(error)) {
    case "EADDRINUSE":
      return (
        `Port ${port} on ${host} is taken by another program, perhaps another MDReader. ` +
        "Stop it, or set APP_PORT to a free port."
      );
    case "EACCES":
      return `Port ${port} needs rights that this user does not have. Set APP_PORT to one above 1023.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `APP_HOST ${host} is not an address of this machine. 127.0.0.1 serves this machine, 0.0.0.0 all.`;
    default:
      return `The server can't listen on ${host}:${port}: ${errorMessage(error)}`;
  }
}
