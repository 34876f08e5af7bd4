import { type createWSClient, jsonEncoder } from "@trpc/client";

/**
 * tRPC's client sends all calls of a tick as one message, and all subscriptions after a reconnection. The server limits
 * the size of a message and closes the socket if it is exceeded. Therefore the encoder writes several messages, one per
 * line (encoded JSON contains no line breaks), and the socket sends each line separately.
 */

type Options = Parameters<typeof createWSClient>[0];
type Encoder = NonNullable<Options["experimental_encoder"]>;
type Socket = NonNullable<Options["WebSocket"]>;

/** The maximum number of calls, and the approximate maximum of characters, in a message. A longer call is sent alone. */
const maxCalls = 20;
const maxLength = 64 * 1024;

const separator = "\n";

export const lineEncoder: Encoder = {
  encode: (data) => (Array.isArray(data) ? splitMessages(data).join(separator) : encodeMessage(data)),
  decode: jsonEncoder.decode,
};

function splitMessages(calls: readonly unknown[]): string[] {
  const messages: string[][] = [];
  let room = 0;
  for (const call of calls.map((one) => encodeMessage(one))) {
    const current = messages.at(-1);
    if (current !== undefined && current.length < maxCalls && call.length <= room) {
      current.push(call);
    } else {
      messages.push([call]);
      room = maxLength;
    }
    room -= call.length;
  }
  return messages.map((message) => (message.length === 1 ? message.join() : `[${message.join(",")}]`));
}

/** The input of a mutation with its idempotency key. tRPC's client passes only inputs on to the encoder. */
export class KeyedInput {
  readonly input: unknown;
  readonly idempotencyKey: string;

  constructor(input: unknown, idempotencyKey: string) {
    this.input = input;
    this.idempotencyKey = idempotencyKey;
  }
}

/** Encodes a message, with the idempotency key beside the input. */
function encodeMessage(message: unknown): string {
  if (!isObject(message) || !isObject(message["params"])) return JSON.stringify(message);
  const { params } = message;
  const keyed = params["input"];
  if (!(keyed instanceof KeyedInput)) return JSON.stringify(message);
  const { input, idempotencyKey } = keyed;
  return JSON.stringify({ ...message, params: { ...params, input, idempotencyKey } });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** Creates a WebSocket class that sends each line of a text as a separate message. */
export function createLineSocket(WebSocket: Socket): Socket {
  return class extends WebSocket {
    override send(data: Parameters<WebSocket["send"]>[0]): void {
      if (typeof data !== "string") return super.send(data);
      for (const line of data.split(separator)) super.send(line);
    }
  };
}
