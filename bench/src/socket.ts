import { once } from "node:events";

import { WebSocket } from "ws";
import { z } from "zod";

/** A WebSocket that sends tRPC's messages directly. The typed client would account for much of the measured time. */
export interface RawSocket {
  /** Calls a query or mutation. @throws Error with the reason of a rejection. */
  call(method: "query" | "mutation", path: string, input: unknown): Promise<unknown>;
  /** Resolves when the subscription has started. */
  subscribe(path: string, input: unknown, onData: (data: unknown) => void): Promise<void>;
  close(): Promise<void>;
}

const answer = z.object({
  id: z.number(),
  result: z.object({ type: z.string().optional(), data: z.unknown().optional() }).optional(),
  error: z.object({ data: z.object({ reason: z.string() }) }).optional(),
});

/** @param url The HTTP address of the server. */
export async function openSocket(url: string, token: string): Promise<RawSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws?connectionParams=1`, {
    perMessageDeflate: false,
  });
  const waiting = new Map<number, (answered: z.infer<typeof answer>) => void>();
  socket.on("message", (bytes: Buffer) => {
    const text = bytes.toString();
    if (text === "PING") return socket.send("PONG");
    const answered = answer.parse(JSON.parse(text));
    waiting.get(answered.id)?.(answered);
  });
  await once(socket, "open");
  socket.send(JSON.stringify({ method: "connectionParams", data: { token } }));
  let last = 0;

  function send(method: string, path: string, input: unknown, heard: (one: z.infer<typeof answer>) => void) {
    last += 1;
    waiting.set(last, heard);
    socket.send(JSON.stringify({ id: last, jsonrpc: "2.0", method, params: { path, input } }));
    return last;
  }

  return {
    call: (method, path, input) =>
      new Promise((resolve, reject) => {
        const id = send(method, path, input, ({ result, error }) => {
          waiting.delete(id);
          if (error === undefined) resolve(result?.data);
          else reject(new Error(`${path}: ${error.data.reason}`));
        });
      }),
    subscribe: (path, input, onData) =>
      new Promise((resolve, reject) => {
        send("subscription", path, input, ({ result, error }) => {
          if (error !== undefined) reject(new Error(`${path}: ${error.data.reason}`));
          else if (result?.type === "data") onData(result.data);
          else resolve();
        });
      }),
    async close() {
      socket.close();
      await once(socket, "close");
    },
  };
}
