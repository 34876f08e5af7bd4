import * as Y from "yjs";

import { firstServerClientId, textName } from "./document.ts";

/** The reason that an update is rejected. */
export type UpdateProblem =
  | "empty" // it changes nothing
  | "malformed" // it is not a Yjs update in the V1 encoding, or contains content that documents do not allow
  | "foreignClient" // it has new structs under another user's client id
  | "gap" // it depends on missing structs
  | "tooCostly"; // integrating its structs takes more work than any legitimate edit

/** The conditions that an update must meet. */
export interface UpdateRules {
  /** The next clock of a client id; 0 if unknown. */
  clockOf(clientId: number): number;
  /** Whether the sender may write under this client id. */
  owns(clientId: number): boolean;
}

/** A valid update. */
export interface ValidUpdate {
  ok: true;
  /** The update without structs that are already known. */
  update: Uint8Array;
  /** The new structs, decoded. */
  structs: Y.Item[];
  /** The client ids of its structs. */
  clientIds: number[];
  /** The next clock of each of these client ids after the update. */
  state: Map<number, number>;
  /** The deletions in each client's text, in order. */
  deletions: ReadonlyMap<number, readonly DeletedRange[]>;
  /** The maximum number of UTF-16 units of text that it adds. */
  inserted: number;
}

export type UpdateValidation = ValidUpdate | { ok: false; problem: UpdateProblem };

/** The maximum number of client ids per update: a browser sends pending edits of several reloads as one update. */
const maxClientIds = 1000;

/**
 * The maximum number of structs and deleted ranges per update; applying them blocks the server for a fifth of a second. Each
 * keystroke of a long offline session is one until a document merges them. Clients split larger updates.
 */
export const maxStructs = 65_536;

/**
 * The maximum clock. Yjs' clocks count characters: a window would have to fill the largest document 300 times to reach it.
 * Clocks and sums of them are stored in signed 32-bit columns, far from overflow.
 */
export const maxClock = 2 ** 29;

/**
 * Validates an update before it is applied: it must be completely readable, contain only insertions and deletions in the
 * shared text, and its new structs must be the sender's own and follow known ones. Structs of several client ids may still
 * form a cycle, which a trial detects.
 *
 * A forged struct would be worse than wrong text: Yjs ignores clocks that it has already seen, so a 16-byte update under
 * another user's client id would make every document drop that user's next edits.
 *
 * @param update The update in the V1 encoding. The caller must check its size before.
 */
export function validateUpdate(update: Uint8Array, { clockOf, owns }: UpdateRules): UpdateValidation {
  const decoded = decodeUpdate(update);
  if (decoded === null) return reject("malformed");
  const { structs, deletions } = decoded;
  if (structs.length === 0 && deletions.size === 0) return reject("empty");

  const state = new Map<number, number>();
  const fresh: Y.Item[] = [];
  let hasKnown = false;
  let inserted = 0;
  // Compute the next clock of each client first, because structs may refer to each other.
  for (const struct of structs) {
    const { client, clock } = struct.id;
    const end = clock + struct.length;
    if (struct.length < 1 || !Number.isSafeInteger(end)) return reject("malformed");
    const known = state.get(client) ?? clockOf(client);
    hasKnown ||= clock < known;
    if (end <= known) continue;
    if (end > maxClock) return reject("malformed");
    if (clock > known || struct instanceof Y.Skip) return reject("gap");
    if (client >= firstServerClientId || !owns(client)) return reject("foreignClient");
    if (!(struct instanceof Y.Item) || !isPlainText(struct)) return reject("malformed");
    state.set(client, end);
    if (state.size > maxClientIds) return reject("malformed");
    fresh.push(struct);
    if (struct.content instanceof Y.ContentString) inserted += end - known;
  }
  const getNextClock = (client: number) => state.get(client) ?? clockOf(client);
  for (const { id, origin, rightOrigin } of fresh) {
    for (const neighbor of [origin, rightOrigin]) {
      if (neighbor === null) continue;
      if (neighbor.clock >= getNextClock(neighbor.client)) return reject("gap");
      // Yjs assumes that a client refers only to its own earlier structs.
      if (neighbor.client === id.client && neighbor.clock >= id.clock) return reject("malformed");
    }
  }
  for (const [client, ranges] of deletions) {
    const problem = validateRanges(ranges, getNextClock(client));
    if (problem !== null) return reject(problem);
  }
  return {
    ok: true,
    update: hasKnown ? withoutKnown(update, structs, clockOf) : update,
    structs: fresh,
    clientIds: [...state.keys()],
    state,
    deletions,
    inserted,
  };
}

const reject = (problem: UpdateProblem): UpdateValidation => ({ ok: false, problem });

/**
 * Validates the deletions in a client's text. Yjs always encodes them in order; duplicates or a reverse order would cause
 * unbounded work.
 */
function validateRanges(ranges: readonly DeletedRange[], end: number): UpdateProblem | null {
  let last = 0;
  for (const { clock, len } of ranges) {
    if (len < 1 || clock < last) return "malformed";
    last = clock + len;
    if (last > end) return "gap";
  }
  return null;
}

/** The update without known structs. */
function withoutKnown(
  update: Uint8Array,
  structs: readonly Y.AbstractStruct[],
  clockOf: UpdateRules["clockOf"],
): Uint8Array {
  const clients = new Set(structs.map(({ id }) => id.client));
  const known = new Map([...clients].map((client) => [client, clockOf(client)]));
  return Y.diffUpdate(update, Y.encodeStateVector(known));
}

type Decoded = ReturnType<typeof Y.decodeUpdate>;
type DeletedRange = { clock: number; len: number };

function decodeUpdate(
  update: Uint8Array,
): { structs: Decoded["structs"]; deletions: Decoded["ds"]["clients"] } | null {
  let rest: Y.UpdateDecoderV1["restDecoder"] | null = null;
  let lastClient = Infinity;
  let count = 0;
  const countOne = () => {
    count += 1;
    if (count > maxStructs) throw new RangeError("too many structs in one update");
  };
  class Decoder extends Y.UpdateDecoderV1 {
    constructor(decoder: Y.UpdateDecoderV1["restDecoder"]) {
      super(decoder);
      rest = decoder;
    }
    override readClient() {
      const client = super.readClient();
      // Yjs merges updates on the assumption that their clients are unique and in descending order, and loses text otherwise.
      if (client >= lastClient) throw new RangeError("clients out of order");
      lastClient = client;
      return client;
    }
    override readInfo() {
      countOne();
      return super.readInfo();
    }
    override readDsLen() {
      countOne();
      return super.readDsLen();
    }
  }
  try {
    const { structs, ds } = Y.decodeUpdateV2(update, Decoder);
    // Trailing bytes would be stored with the update forever.
    return isRead(rest) ? { structs, deletions: ds.clients } : null;
  } catch {
    return null;
  }
}

const isRead = (decoder: Y.UpdateDecoderV1["restDecoder"] | null) =>
  decoder !== null && decoder.pos === decoder.arr.length;

/** Whether an item is existing or deleted text of the shared text. The parent is encoded only for items without neighbors. */
function isPlainText(item: Y.Item): boolean {
  const { content, parent, parentSub, origin, rightOrigin } = item;
  const inText = origin === null && rightOrigin === null ? isTextName(parent) : parent === null;
  if (!inText || parentSub !== null) return false;
  if (content instanceof Y.ContentString) return !content.str.includes("\0");
  return content instanceof Y.ContentDeleted;
}

/** Typed by Yjs as a type or an id, but the decoded parent of a root item is its name. */
const isTextName = (parent: unknown) => parent === textName;
