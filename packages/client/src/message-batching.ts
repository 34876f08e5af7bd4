import { type createWSClient, jsonEncoder } from "@trpc/client";

/**
 * tRPC's client sends all that it has to say at one moment as one message: every call of a tick, and after a lost
 * connection every subscription. A server takes only so much in a message and closes the socket over more. So the encoder
 * writes several messages, one a line (JSON has no line breaks of its own), and the socket sends each by itself.
 */

type Options = Parameters<typeof createWSClient>[0];
type Encoder = NonNullable<Options["experimental_encoder"]>;
type Socket = NonNullable<Options["WebSocket"]>;

/** The most calls, and about the most characters, that share a message. A call that is longer goes alone. */
const maxCalls = 20;
const maxLength = 64 * 1024;

const separator = "\n";

export const lineEncoder: Encoder = {
  encode: (data) => (Array.isArray(data) ? splitMessages(data).join(separator) : JSON.stringify(data)),
  decode: jsonEncoder.decode,
};

function splitMessages(calls: readonly unknown[]): string[] {
  const messages: string[][] = [];
  let room = 0;
  for (const call of calls.map((one) => JSON.stringify(one))) {
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

/** A socket that sends each line of a text as a message of its own. */
export function createLineSocket(WebSocket: Socket): Socket {
  return class extends WebSocket {
    override send(data: Parameters<WebSocket["send"]>[0]): void {
      if (typeof data !== "string") return super.send(data);
      for (const line of data.split(separator)) super.send(line);
    }
  };
}
