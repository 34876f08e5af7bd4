import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";

import { bearer } from "./calls.ts";
import type { Served } from "./serve.ts";
import { type Message, open, parseMessage } from "./socket.ts";

/** A connection that carries subscriptions. */
export interface Subscriber extends AsyncDisposable {
  /** The messages received so far. */
  messages: Message[];
  /** Stops reading, and reads again. */
  pause(): void;
  resume(): void;
  /** Resolves when the connection has ended. */
  closed: Promise<unknown>;
}

export interface SubscriptionCall {
  id: string;
  path: string;
  input: object;
  lastEventId?: string | undefined;
}

/** Opens a connection with subscriptions, without the client's own logic. */
export type Subscribe = (
  served: Pick<Served, "url" | "socketUrl">,
  token: string,
  calls: readonly SubscriptionCall[],
) => Promise<Subscriber>;

const toMessage = ({ id, ...params }: SubscriptionCall) => ({ id, method: "subscription", params });

const subscribeOverSocket: Subscribe = async (served, token, calls) => {
  const one = await open(served, token);
  for (const call of calls) one.send(toMessage(call));
  return {
    messages: one.messages,
    pause: () => one.socket.pause(),
    resume: () => one.socket.resume(),
    closed: one.closed,
    [Symbol.asyncDispose]: () => one[Symbol.asyncDispose](),
  };
};

const subscribeOverHttp: Subscribe = async (served, token, calls) => {
  const response = await postStream(served, token, calls.map(toMessage));
  const messages: Message[] = [];
  let rest = "";
  response.setEncoding("utf8").on("data", (text: string) => {
    const events = (rest + text).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      if (event.startsWith("data: ")) messages.push(parseMessage(event.slice("data: ".length)));
    }
  });
  const closed = new Promise<void>((resolve) => {
    response.on("close", resolve).on("error", () => {});
  });
  return {
    messages,
    pause: () => response.pause(),
    resume: () => response.resume(),
    closed,
    async [Symbol.asyncDispose]() {
      response.destroy();
      await closed;
    },
  };
};

/** Sends a body, valid or not, to the stream. Its connection serves no other request. */
export async function postStream(
  { url }: Pick<Served, "url">,
  token: string | undefined,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<IncomingMessage> {
  const sent = request(`${url}/stream`, {
    method: "POST",
    agent: false,
    headers: { "content-type": "application/json", ...bearer(token), ...headers },
  });
  sent.on("error", () => {});
  sent.end(typeof body === "string" ? body : JSON.stringify(body));
  const [response] = (await once(sent, "response")) as [IncomingMessage]; // the arguments of the event
  return response;
}

/** The ways to subscribe. What holds for one holds for the other. */
export const transports: readonly [name: string, subscribe: Subscribe][] = [
  ["a WebSocket", subscribeOverSocket],
  ["an HTTP stream", subscribeOverHttp],
];
