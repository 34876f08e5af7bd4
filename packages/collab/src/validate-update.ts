import * as Y from "yjs";

import { firstServerClientId, textName } from "./document.ts";

/** Why an update is refused. */
export type UpdateProblem =
  | "empty" // it changes nothing
  | "malformed" // it is no Yjs update in the V1 encoding, or holds something that a document does not
  | "foreignClient" // it has new structs under a client id that belongs to someone else
  | "gap" // it builds on something that is not there
  | "tooCostly"; // to place its structs takes more work than any honest edit does

/** What an update must fit. */
export interface UpdateRules {
  /** The next clock of a client id: 0 for one that is not known. */
  clockOf(clientId: number): number;
  /** Whether the sender may write under this client id. */
  owns(clientId: number): boolean;
}

/** An update that fits. */
export interface ValidUpdate {
  ok: true;
  /** What of it is new: structs that are known already are left out, whoever's they are. */
  update: Uint8Array;
  /** The new structs, decoded. */
  structs: Y.Item[];
  /** The client ids that it writes under. */
  clientIds: number[];
  /** The next clock of each of them after it. */
  state: Map<number, number>;
  /** What it removes of each client's text, in order. */
  deletions: ReadonlyMap<number, readonly DeletedRange[]>;
  /** How many UTF-16 units of text it brings, at most. */
  inserted: number;
}

export type UpdateValidation = ValidUpdate | { ok: false; problem: UpdateProblem };

/** How many windows one update may speak for: what a browser kept of several reloads comes as one. */
const maxClientIds = 1000;

/**
 * Structs of an update, and stretches that it removes: to take in so many blocks the server for a fifth of a second. Each
 * keystroke of a long session offline is one until a document has put them together; of more, a sender makes several
 * updates.
 */
export const maxStructs = 65_536;

/**
 * Yjs' clocks count characters: a window would have to fill the largest document three hundred times to come here. Clocks
 * and sums of them are kept in signed 32-bit columns, which this leaves far away.
 */
export const maxClock = 2 ** 29;

/**
 * Checks an update before anyone applies it: that it can be read to its very end, that it holds nothing but text of the one
 * shared text and its removal, that its new structs are the sender's own and follow on what is known. Updates of several
 * client ids may still refer to each other in a circle: a trial tells.
 *
 * A forged struct would be worse than wrong text: Yjs takes a clock that it has seen for granted, so that a 16-byte
 * update under someone's client id would make every document drop what that person writes next.
 *
 * @param update In the V1 encoding. Its size must have been checked before.
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
  // First how far each client comes, since its structs may refer to each other's.
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
  const endOf = (client: number) => state.get(client) ?? clockOf(client);
  for (const { id, origin, rightOrigin } of fresh) {
    for (const neighbor of [origin, rightOrigin]) {
      if (neighbor === null) continue;
      if (neighbor.clock >= endOf(neighbor.client)) return reject("gap");
      // Yjs takes for granted that what a client refers to of its own was there before.
      if (neighbor.client === id.client && neighbor.clock >= id.clock) return reject("malformed");
    }
  }
  for (const [client, ranges] of deletions) {
    const problem = validateRanges(ranges, endOf(client));
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
 * Checks what is removed of a client. Yjs always writes it in order: twice the same, or from the end, would be work
 * without an end.
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

/** The update without the structs that are known. */
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
  const blocks = new Set<number>();
  let count = 0;
  const countOne = () => {
    count += 1;
    if (count > maxStructs) throw new RangeError("too much for one update");
  };
  class Decoder extends Y.UpdateDecoderV1 {
    constructor(decoder: Y.UpdateDecoderV1["restDecoder"]) {
      super(decoder);
      rest = decoder;
    }
    override readClient() {
      const client = super.readClient();
      // Of two blocks of one client, Yjs forgets the first.
      if (blocks.has(client)) throw new RangeError("a client in two blocks");
      blocks.add(client);
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
    // Bytes behind its end would be kept with it for ever.
    return isRead(rest) ? { structs, deletions: ds.clients } : null;
  } catch {
    return null;
  }
}

const isRead = (decoder: Y.UpdateDecoderV1["restDecoder"] | null) =>
  decoder !== null && decoder.pos === decoder.arr.length;

/** Whether an item is text, or removed text, of the one shared text. Its parent is only written where no neighbour tells it. */
function isPlainText(item: Y.Item): boolean {
  const { content, parent, parentSub, origin, rightOrigin } = item;
  const inText = origin === null && rightOrigin === null ? isTextName(parent) : parent === null;
  if (!inText || parentSub !== null) return false;
  if (content instanceof Y.ContentString) return !content.str.includes("\0");
  return content instanceof Y.ContentDeleted;
}

/** Yjs' types say that a decoded parent is a type or an id; what is decoded of a root's is its name. */
const isTextName = (parent: unknown) => parent === textName;
