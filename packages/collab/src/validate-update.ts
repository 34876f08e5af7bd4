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
  getClock(clientId: number): number;
  /** Whether the sender may write under this client id. */
  isOwnClientId(clientId: number): boolean;
}

/** A valid update. */
export interface ValidUpdate {
  ok: true;
  /** The update without structs that the document already has. */
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

/** The maximum number of client ids per update. A browser sends pending edits of several reloads as one update. */
const maxClientIds = 1000;

/**
 * The maximum number of structs and deleted ranges per update. Applying this many blocks the server for a fifth of a
 * second. Each keystroke of a long offline session is a struct until a document merges it with others. Clients split larger
 * updates.
 */
export const maxStructs = 65_536;

/**
 * The maximum clock. Yjs' clocks count characters: a window reaches it only after filling the largest document 300 times.
 * Clocks and sums of clocks are stored in signed 32-bit columns, and stay far from overflow.
 */
export const maxClock = 2 ** 29;

/**
 * Validates an update before it is applied. It must be completely readable and contain only insertions and deletions in
 * the shared text. Its new structs must have client ids of the sender and follow known structs. Structs of several client
 * ids may still form a cycle, which a trial detects.
 *
 * A forged struct would be worse than wrong text. Yjs ignores clocks that it has already seen, so after a 16-byte update
 * under another user's client id, every replica would drop that user's next edits.
 *
 * @param update The update in the V1 encoding. The caller must check its size first.
 */
export function validateUpdate(
  update: Uint8Array,
  { getClock, isOwnClientId }: UpdateRules,
): UpdateValidation {
  const decoded = decodeUpdate(update);
  if (decoded === null) return reject("malformed");
  const { structs, deletions } = decoded;
  if (structs.length === 0 && deletions.size === 0) return reject("empty");

  const state = new Map<number, number>();
  const newStructs: Y.Item[] = [];
  let hasKnownStructs = false;
  let inserted = 0;
  // The next clock of each client comes first, because structs may refer to each other.
  for (const struct of structs) {
    const { client, clock } = struct.id;
    const end = clock + struct.length;
    if (struct.length < 1 || !Number.isSafeInteger(end)) return reject("malformed");
    const nextClock = state.get(client) ?? getClock(client);
    hasKnownStructs ||= clock < nextClock;
    if (end <= nextClock) continue;
    if (end > maxClock) return reject("malformed");
    if (clock > nextClock || struct instanceof Y.Skip) return reject("gap");
    if (client >= firstServerClientId || !isOwnClientId(client)) return reject("foreignClient");
    if (!(struct instanceof Y.Item) || !isPlainText(struct)) return reject("malformed");
    state.set(client, end);
    if (state.size > maxClientIds) return reject("malformed");
    newStructs.push(struct);
    if (struct.content instanceof Y.ContentString) inserted += end - nextClock;
  }
  const getNextClock = (client: number) => state.get(client) ?? getClock(client);
  for (const { id, origin, rightOrigin } of newStructs) {
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
    update: hasKnownStructs ? omitKnownStructs(update, structs, getClock) : update,
    structs: newStructs,
    clientIds: [...state.keys()],
    state,
    deletions,
    inserted,
  };
}

const reject = (problem: UpdateProblem): UpdateValidation => ({ ok: false, problem });

/**
 * Validates the deletions in a client's text. Yjs always encodes them in order. Duplicates or another order could cause
 * unlimited work.
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

/** Removes structs that the document already has. */
function omitKnownStructs(
  update: Uint8Array,
  structs: readonly Y.AbstractStruct[],
  getClock: UpdateRules["getClock"],
): Uint8Array {
  const clients = new Set(structs.map(({ id }) => id.client));
  const clocks = new Map([...clients].map((client) => [client, getClock(client)]));
  return Y.diffUpdate(update, Y.encodeStateVector(clocks));
}

type Decoded = ReturnType<typeof Y.decodeUpdate>;
type DeletedRange = { clock: number; len: number };

function decodeUpdate(
  update: Uint8Array,
): { structs: Decoded["structs"]; deletions: Decoded["ds"]["clients"] } | null {
  try {
    const { structs, ds } = Y.decodeUpdateV2(update, Decoder);
    // Trailing bytes would be stored with the update forever.
    return isFullyRead(newestDecoder) ? { structs, deletions: ds.clients } : null;
  } catch {
    return null;
  } finally {
    newestDecoder = null;
  }
}

/** The decoder of the update that is being decoded. Yjs returns only what it has read. */
let newestDecoder: Y.UpdateDecoderV1["restDecoder"] | null = null;

const isFullyRead = (decoder: Y.UpdateDecoderV1["restDecoder"] | null) =>
  decoder !== null && decoder.pos === decoder.arr.length;

class Decoder extends Y.UpdateDecoderV1 {
  #lastClient = Infinity;
  #count = 0;

  constructor(decoder: Y.UpdateDecoderV1["restDecoder"]) {
    super(decoder);
    newestDecoder = decoder;
  }

  override readClient() {
    const client = super.readClient();
    // Yjs merges updates on the assumption that their clients are unique and in descending order. Otherwise, text is lost.
    if (client >= this.#lastClient) throw new RangeError("clients out of order");
    this.#lastClient = client;
    return client;
  }

  override readInfo() {
    this.#countOne();
    return super.readInfo();
  }

  override readDsLen() {
    this.#countOne();
    return super.readDsLen();
  }

  #countOne() {
    this.#count += 1;
    if (this.#count > maxStructs) throw new RangeError("too many structs in one update");
  }
}

/** Whether an item is text, or deleted text, of the shared text. Only items without neighbors have an encoded parent. */
function isPlainText(item: Y.Item): boolean {
  const { content, parent, parentSub, origin, rightOrigin } = item;
  const isInText = origin === null && rightOrigin === null ? isTextName(parent) : parent === null;
  if (!isInText || parentSub !== null) return false;
  if (content instanceof Y.ContentString) return !content.str.includes("\0");
  return content instanceof Y.ContentDeleted;
}

/** Yjs types the parent as a type or an id, but the decoded parent of a root item is its name. */
const isTextName = (parent: unknown) => parent === textName;
