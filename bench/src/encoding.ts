import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { WebSocket, WebSocketServer } from "ws";
import { z } from "zod";

import type { Measurement } from "./measurement.ts";
import { roundValue } from "./measurement.ts";

const sizes = { "one character": 25, "a pasted page": 4096, "a whole document": 256 * 1024 };

/** Encodes and decodes an update for the wire. */
interface Encoding {
  encode(bytes: Uint8Array, n: number): string | Buffer;
  decode(message: Buffer): Uint8Array;
}

const json = z.object({ params: z.object({ input: z.object({ update: z.string() }) }) });

const encodings = {
  base64: {
    encode: (bytes, id) =>
      JSON.stringify({
        id,
        method: "mutation",
        params: { path: "document.push", input: { update: Buffer.from(bytes).toString("base64") } },
      }),
    decode: (message) =>
      Buffer.from(json.parse(JSON.parse(message.toString())).params.input.update, "base64"),
  },
  // The format is the length of a JSON header, the header, and the raw bytes.
  binary: {
    encode(bytes, id) {
      const head = Buffer.from(JSON.stringify({ id, method: "mutation", params: { path: "document.push" } }));
      const length = Buffer.alloc(4);
      length.writeUInt32BE(head.length);
      return Buffer.concat([length, head, bytes]);
    },
    decode(message) {
      const end = 4 + message.readUInt32BE();
      JSON.parse(message.subarray(4, end).toString());
      return message.subarray(end);
    },
  },
} satisfies Record<string, Encoding>;

/** Compares base64 in JSON with binary frames over a real socket: the cost of an update on both ends, and its length. */
export async function* benchEncoding(_world: unknown, effort: number): AsyncGenerator<Measurement> {
  for (const [what, size] of Object.entries(sizes)) {
    const bytes = new Uint8Array(size).fill(97);
    const count = Math.ceil(Math.min(20_000, 100_000_000 / size) * effort);
    const costs = { base64: 0, binary: 0 };
    const lengths = { base64: 0, binary: 0 };
    for (let round = 0; round < 3; round += 1) {
      for (const name of ["base64", "binary"] as const) {
        const { cost, length } = await send(encodings[name], bytes, Math.ceil(count / 3));
        costs[name] += cost / 3;
        lengths[name] = length;
      }
    }
    yield {
      what: `${what}: binary, relative to base64`,
      value: costs.binary / costs.base64,
      unit: "×",
      note: `${roundValue(costs.binary)} µs vs. ${roundValue(costs.base64)} µs; ${lengths.binary} bytes vs. ${lengths.base64}`,
    };
  }
}

async function send({ encode, decode }: Encoding, bytes: Uint8Array, count: number) {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // the server listens on a TCP port
  const done = Promise.withResolvers<void>();
  let received = 0;
  let length = 0;
  server.on("connection", (socket) => {
    socket.on("message", (message: Buffer) => {
      length = message.length;
      decode(message);
      received += 1;
      if (received === count) done.resolve();
      else socket.send("");
    });
  });
  const client = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  await once(client, "open");
  const before = process.cpuUsage();
  // Sequential, like the edits of a user.
  client.on("message", () => client.send(encode(bytes, received)));
  client.send(encode(bytes, 0));
  await done.promise;
  const { user, system } = process.cpuUsage(before);
  client.close();
  server.close();
  return { cost: (user + system) / count, length };
}
