import { once } from "node:events";

import { type ClientOptions, WebSocket } from "ws";
import { z } from "zod";

import type { Served } from "./serve.ts";

const message = z.looseObject({
  id: z.union([z.string(), z.number()]).nullable(),
  method: z.string().optional(),
  result: z.looseObject({ type: z.string().optional(), data: z.unknown().optional() }).optional(),
  error: z.looseObject({ data: z.looseObject({ reason: z.string() }) }).optional(),
});
export type Message = z.infer<typeof message>;
/** Parses a message of the server, as sent over WebSockets and HTTP streams. */
export const parseMessage = (json: string): Message => message.parse(JSON.parse(json));

/** A plain WebSocket to the server, for messages that no client would send. */
export interface TestSocket extends AsyncDisposable {
  socket: WebSocket;
  /** The messages received so far, without pings. */
  messages: Message[];
  send(value: unknown): void;
  /** Resolves with the next unread message. */
  next(): Promise<Message>;
  /** Calls a procedure. Resolves with its response. */
  call(method: "query" | "mutation", path: string, input?: unknown): Promise<Message>;
  /** Resolves with the close code. */
  closed: Promise<number>;
}

/**
 * Opens a socket.
 * @param token The token for the first message. With null, the message has none; with undefined, no message is sent.
 */
export async function open(
  { socketUrl }: Pick<Served, "socketUrl">,
  token?: string | null,
  options: ClientOptions = {},
): Promise<TestSocket> {
  const socket = new WebSocket(`${socketUrl}${token === undefined ? "" : "?connectionParams=1"}`, options);
  const messages: Message[] = [];
  let read = 0;
  const waiting: (() => void)[] = [];
  const wake = () => waiting.splice(0).forEach((resolve) => resolve());
  socket.on("message", (data) => {
    const text = Buffer.isBuffer(data) ? data.toString() : "";
    if (text === "PING") socket.send("PONG");
    if (text === "PING" || text === "PONG") return;
    messages.push(parseMessage(text));
    wake();
  });
  socket.on("error", () => {});
  const closed = new Promise<number>((resolve) => {
    socket.once("close", (code) => {
      resolve(code);
      wake();
    });
  });
  await once(socket, "open");
  const send = (value: unknown) => socket.send(typeof value === "string" ? value : JSON.stringify(value));
  if (token !== undefined) send({ method: "connectionParams", data: token === null ? {} : { token } });

  let lastId = 0;
  const waitFor = async (found: () => Message | undefined) => {
    for (;;) {
      const one = found();
      if (one !== undefined) return one;
      if (socket.readyState === WebSocket.CLOSED) throw new Error("the socket has closed");
      await new Promise<void>((resolve) => void waiting.push(resolve));
    }
  };
  return {
    socket,
    messages,
    send,
    closed,
    next: () => waitFor(() => messages[read++] ?? (read--, undefined)),
    call(method, path, input) {
      const id = `call ${(lastId += 1)}`;
      send({ id, method, params: { path, input } });
      return waitFor(() => messages.find((one) => one.id === id));
    },
    async [Symbol.asyncDispose]() {
      socket.terminate();
      await closed;
    },
  };
}

/** The HTTP status with which a WebSocket upgrade is rejected, or 101 if it succeeds. */
export async function readUpgradeStatus(
  { socketUrl }: Pick<Served, "socketUrl">,
  options: ClientOptions & { path?: string } = {},
): Promise<number> {
  const socket = new WebSocket(
    options.path === undefined ? socketUrl : socketUrl.replace("/ws", options.path),
    options,
  );
  return new Promise((resolve) => {
    socket.on("open", () => {
      socket.terminate();
      resolve(101);
    });
    socket.on("unexpected-response", (_, response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
    });
    socket.on("error", () => {});
  });
}
