/**
 * Cuts what goes over a connection to Postgres into messages: a letter, a length, and that many bytes. Of those that
 * begin a connection, the client's first has no letter.
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
  /** Its letter; none for a greeting. */
  kind: string;
  bytes: Buffer;
}

const lengthBytes = 4;
/** What comes before the content of a message. */
export const headBytes = 1 + lengthBytes;

/** What the client says last of a statement, so that Postgres does it and tells when it is ready for the next. */
export const endsStatement = ({ kind }: Message) => kind === "S" || kind === "Q";
/** What the client says where it wants to hear of what it has said so far. */
export const asksForMore = ({ kind }: Message) => kind === "H";
export const closesConnection = ({ kind }: Message) => kind === "X";
/** What Postgres says when it is ready for the next statement. */
export const isReady = ({ kind }: Message) => kind === "Z";

/** The number of the process that serves a connection, where a message tells it. */
export const processIdIn = ({ kind, bytes }: Message) => (kind === "K" ? bytes.readInt32BE(headBytes) : null);
