/**
 * Splits the bytes of a Postgres connection into messages: a type, a length and the content. The first message of a client has
 * no type.
 */
export function createMessageReader(hasGreeting: boolean): (chunk: Buffer) => Message[] {
  let rest: Buffer = Buffer.alloc(0);
  let greeting = hasGreeting;
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const messages: Message[] = [];
    for (;;) {
      const head = greeting ? 0 : 1;
      if (rest.length < head + lengthBytes) return messages;
      const end = head + rest.readInt32BE(head);
      if (rest.length < end) return messages;
      messages.push({ kind: greeting ? "" : rest.toString("latin1", 0, 1), bytes: rest.subarray(0, end) });
      rest = rest.subarray(end);
      greeting = false;
    }
  };
}

export interface Message {
  /** The message type; empty for a greeting. */
  kind: string;
  bytes: Buffer;
}

const lengthBytes = 4;
/** The bytes before the content of a message. */
export const headBytes = 1 + lengthBytes;

/** Whether a client message ends a statement, so that Postgres runs it and reports when it is ready. */
export const endsStatement = ({ kind }: Message) => kind === "S" || kind === "Q";
/** Whether a client message requests the responses so far. */
export const requestsResponses = ({ kind }: Message) => kind === "H";
export const closesConnection = ({ kind }: Message) => kind === "X";
/** Whether Postgres is ready for the next statement. */
export const isReady = ({ kind }: Message) => kind === "Z";
/** Whether Postgres, when it is ready, has no open transaction. */
export const isOutsideTransaction = ({ bytes }: Message) => bytes.toString("latin1", headBytes) === "I";

/** The ID of the server process, if a message contains it. */
export const readProcessId = ({ kind, bytes }: Message) =>
  kind === "K" ? bytes.readInt32BE(headBytes) : null;
