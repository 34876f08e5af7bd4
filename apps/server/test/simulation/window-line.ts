import type { Server } from "node:http";
import { Duplex } from "node:stream";

import { WebSocket } from "ws";

import type { Latency, World } from "./world.ts";

/** The line of one window to the servers. */
export interface WindowLine {
  /** What the client opens its sockets with. */
  WebSocket: typeof globalThis.WebSocket;
  /** Which server it leads to, from the next connection on. */
  server: number;
  /** Ends the connections that there are; both sides notice. */
  cut(): void;
  /** Delivers nothing for so many milliseconds; what was sent comes afterwards. */
  stall(ms: number): void;
  /** Delivers nothing any more over the connections that there are; neither side is told. */
  silence(): void;
  /** What stalls goes on. */
  mend(): void;
}

export interface WindowLineOptions {
  world: World;
  name: string;
  latency: Latency;
  server: number;
  /** Null while nobody answers there. */
  findServer(number: number): Server | null;
}

export function createWindowLine({
  world,
  name,
  latency,
  server: firstServer,
  findServer,
}: WindowLineOptions): WindowLine {
  const wires = new Set<Wire>();
  let stalledUntil = 0;

  function dial(): Duplex {
    const server = findServer(line.server);
    const wire = createWire({ world, name, latency, stalledUntil: () => stalledUntil });
    if (server === null) {
      world.time.after(world.delay(`${name} up`, latency), () => {
        wire.client.destroy(new Error("Nobody answers there."));
      });
      return wire.client;
    }
    wires.add(wire);
    wire.client.once("close", () => wires.delete(wire));
    server.emit("connection", wire.server);
    return wire.client;
  }

  class Line extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { createConnection: dial });
    }
  }
  const line: WindowLine = {
    // It is made like a browser's; its types know Node's events besides.
    WebSocket: Line as unknown as typeof globalThis.WebSocket,
    server: firstServer,
    cut() {
      for (const wire of wires) wire.cut();
    },
    stall(ms) {
      stalledUntil = Math.max(stalledUntil, world.time.now() + ms);
    },
    silence() {
      for (const wire of wires) wire.silence();
      wires.clear();
    },
    mend() {
      stalledUntil = world.time.now();
    },
  };
  return line;
}

interface Wire {
  client: Duplex;
  server: Duplex;
  cut(): void;
  silence(): void;
}

interface WireOptions extends Pick<WindowLineOptions, "world" | "name" | "latency"> {
  stalledUntil(): number;
}

/** Two ends; what is written at one comes out at the other, later and in order. */
function createWire({ world, name, latency, stalledUntil }: WireOptions): Wire {
  let isSilent = false;
  let isAnswered = false;

  function createDirection(channel: string, target: () => Duplex) {
    let lastArrival = 0;
    /** What is under way, in its order. */
    const queue: ((end: Duplex) => void)[] = [];
    return (arrive: (end: Duplex) => void) => {
      const { time } = world;
      const arrival = time.now() + world.delay(channel, latency);
      lastArrival = Math.max(lastArrival, arrival, stalledUntil());
      queue.push(arrive);
      const tryToArrive = () => {
        if (isSilent || target().destroyed) return;
        // It came to stall while this was under way.
        const wait = stalledUntil() - time.now();
        if (wait > 0) {
          time.after(wait, tryToArrive);
          return;
        }
        world.note(channel);
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
        const whole = Buffer.concat(chunks.map(({ chunk }: { chunk: Buffer }) => chunk));
        send((end) => end.push(whole));
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
      // A connection that never comes about is given up by the system; after that, it is the client's to notice.
      if (!isAnswered) world.time.after(connectTimeoutMs, () => client.destroy(new Error("No answer came.")));
    },
  };
}

const connectTimeoutMs = 20_000;
