import type { Server } from "node:http";
import { Duplex } from "node:stream";

import { WebSocket } from "ws";

import type { Latency, Scheduler } from "./scheduler.ts";

/** The network between one window and the servers. */
export interface WindowNetwork {
  /** The class with which the client opens its sockets. */
  WebSocket: typeof globalThis.WebSocket;
  /** The server for later connections. */
  server: number;
  /** Closes all connections. Both sides notice. */
  cut(): void;
  /** Delays all delivery by the given milliseconds. */
  stall(ms: number): void;
  /** Stops delivery on the current connections without notifying either side. */
  silence(): void;
  /** Ends a stall. */
  endStall(): void;
}

export interface WindowNetworkOptions {
  scheduler: Scheduler;
  name: string;
  latency: Latency;
  server: number;
  /** Null if no server is listening. */
  findServer(number: number): Server | null;
}

export function createWindowNetwork({
  scheduler,
  name,
  latency,
  server: firstServer,
  findServer,
}: WindowNetworkOptions): WindowNetwork {
  const connections = new Set<Connection>();
  let stalledUntil = 0;

  function dial(): Duplex {
    const server = findServer(network.server);
    const connection = createConnection({ scheduler, name, latency, stalledUntil: () => stalledUntil });
    if (server === null) {
      scheduler.time.after(scheduler.delay(`${name} up`, latency), () => {
        connection.client.destroy(new Error("connection refused"));
      });
      return connection.client;
    }
    connections.add(connection);
    connection.client.once("close", () => connections.delete(connection));
    server.emit("connection", connection.server);
    return connection.client;
  }

  class NetworkSocket extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { createConnection: dial });
    }
  }
  const network: WindowNetwork = {
    // The class is compatible with browsers, but its types also include Node's events.
    WebSocket: NetworkSocket as unknown as typeof globalThis.WebSocket,
    server: firstServer,
    cut() {
      for (const connection of connections) connection.cut();
    },
    stall(ms) {
      stalledUntil = Math.max(stalledUntil, scheduler.time.now() + ms);
    },
    silence() {
      for (const connection of connections) connection.silence();
      connections.clear();
    },
    endStall() {
      stalledUntil = scheduler.time.now();
    },
  };
  return network;
}

interface Connection {
  client: Duplex;
  server: Duplex;
  cut(): void;
  silence(): void;
}

interface ConnectionOptions extends Pick<WindowNetworkOptions, "scheduler" | "name" | "latency"> {
  stalledUntil(): number;
}

/** Creates two ends. Data written at one arrives at the other later, in order. */
function createConnection({ scheduler, name, latency, stalledUntil }: ConnectionOptions): Connection {
  let isSilent = false;
  let isAnswered = false;

  function createDirection(channel: string, target: () => Duplex) {
    let lastArrival = 0;
    /** The pending deliveries, in order. */
    const queue: ((end: Duplex) => void)[] = [];
    return (arrive: (end: Duplex) => void) => {
      const { time } = scheduler;
      const arrival = time.now() + scheduler.delay(channel, latency);
      lastArrival = Math.max(lastArrival, arrival, stalledUntil());
      queue.push(arrive);
      const tryToArrive = () => {
        if (isSilent || target().destroyed) return;
        // A stall began during this delivery.
        const wait = stalledUntil() - time.now();
        if (wait > 0) {
          time.after(wait, tryToArrive);
          return;
        }
        scheduler.note(channel);
        isAnswered ||= target() === client;
        queue.shift()?.(target());
      };
      time.after(lastArrival - time.now(), tryToArrive);
    };
  }
  function createEnd(send: (arrive: (end: Duplex) => void) => void): Duplex {
    return new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        send((end) => end.push(chunk));
        done();
      },
      writev(chunks, done) {
        const joined = Buffer.concat(chunks.map(({ chunk }: { chunk: Buffer }) => chunk));
        send((end) => end.push(joined));
        done();
      },
      final(done) {
        send((end) => end.push(null));
        done();
      },
      destroy(error, done) {
        send((end) => end.destroy());
        done(error);
      },
    });
  }
  const client: Duplex = createEnd(createDirection(`${name} up`, () => server));
  const server: Duplex = createEnd(createDirection(`${name} down`, () => client));
  for (const end of [client, server]) end.on("error", () => {});
  return {
    client,
    server,
    cut() {
      client.destroy();
      server.destroy();
    },
    silence() {
      isSilent = true;
      // The OS times out a connection that is never accepted. The client notices every later failure.
      if (!isAnswered)
        scheduler.time.after(connectTimeoutMs, () => client.destroy(new Error("connection timed out")));
    },
  };
}

const connectTimeoutMs = 20_000;
