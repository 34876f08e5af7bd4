import * as Y from "yjs";

import { firstServerClientId, textName } from "./document.ts";

/** Why an update is refused. */
export type UpdateProblem =
  | "empty" // it changes nothing
  | "malformed" // it is no Yjs update in the V1 encoding, or holds something that a document does not
  | "foreignClient" // it has structs under a client id that belongs to someone else
  | "gap"; // it builds on something that is not there

/** What an update must fit. */
export interface UpdateRules {
  /** The next clock of each client id that is known. */
  state: ReadonlyMap<number, number>;
  /** Whether the sender may write under this client id. */
  owns(clientId: number): boolean;
}

/** An update that fits. */
export interface FittingUpdate {
  ok: true;
  /** The client ids that it writes under. */
  clientIds: number[];
  /** The next clock of each of them after it. */
  state: Map<number, number>;
  /** How many UTF-16 units of text it brings, at most: what was known already is counted too. */
  inserted: number;
}

export type CheckedUpdate = FittingUpdate | { ok: false; problem: UpdateProblem };

/** How many people's windows one update may speak for: what a browser kept of several reloads comes as one. */
const maxClientIds = 1000;

/** Yjs' clocks count characters: a document of this many would be far over every limit, a clock beyond it is made up. */
const maxClock = 2 ** 31;

/**
 * Checks an update before anyone applies it: that it can be read to its very end, that it holds nothing but text of the one
 * shared text and its removal, that its structs are the sender's own and follow on what is known.
 *
 * A forged struct would be worse than wrong text: Yjs takes a clock that it has seen for granted, so that a 16-byte
 * update under someone's client id would make every document drop what that person writes next.
 *
 * @param update In the V1 encoding. Its size must have been checked before.
 */
export function checkUpdate(update: Uint8Array, rules: UpdateRules): CheckedUpdate {
  const decoded = decode(update);
  if (decoded === null) return refuse("malformed");
  const { structs, ds } = decoded;
  if (structs.length === 0 && ds.clients.size === 0) return refuse("empty");

  const state = new Map(rules.state);
  const isKnown = (id: Y.ID | null) => id === null || id.clock < (state.get(id.client) ?? 0);
  const clientIds = new Set<number>();
  let inserted = 0;
  // First how far each client comes, since its structs may refer to each other's.
  for (const struct of structs) {
    const { client, clock } = struct.id;
    if (struct instanceof Y.Skip) return refuse("gap");
    if (
      !Number.isSafeInteger(clock + struct.length) ||
      clock + struct.length > maxClock ||
      struct.length < 1
    ) {
      return refuse("malformed");
    }
    if (client >= firstServerClientId || !rules.owns(client)) return refuse("foreignClient");
    if (clock > (state.get(client) ?? 0)) return refuse("gap");
    state.set(client, Math.max(state.get(client) ?? 0, clock + struct.length));
    clientIds.add(client);
    if (clientIds.size > maxClientIds) return refuse("malformed");
  }
  for (const struct of structs) {
    if (struct instanceof Y.GC) continue;
    if (!(struct instanceof Y.Item) || !isPlainText(struct)) return refuse("malformed");
    if (struct.content instanceof Y.ContentString) inserted += struct.length;
    if (!isKnown(struct.origin) || !isKnown(struct.rightOrigin)) return refuse("gap");
  }
  for (const [client, ranges] of ds.clients) {
    const end = state.get(client) ?? 0;
    for (const { clock, len } of ranges) {
      if (!Number.isSafeInteger(clock + len) || len < 1) return refuse("malformed");
      if (clock + len > end) return refuse("gap");
    }
  }
  return {
    ok: true,
    clientIds: [...clientIds],
    state: new Map([...clientIds].map((clientId) => [clientId, state.get(clientId) ?? 0])),
    inserted,
  };
}

const refuse = (problem: UpdateProblem): CheckedUpdate => ({ ok: false, problem });

function decode(update: Uint8Array): ReturnType<typeof Y.decodeUpdate> | null {
  let rest: Y.UpdateDecoderV1["restDecoder"] | null = null;
  class Decoder extends Y.UpdateDecoderV1 {
    constructor(decoder: Y.UpdateDecoderV1["restDecoder"]) {
      super(decoder);
      rest = decoder;
    }
  }
  try {
    const decoded = Y.decodeUpdateV2(update, Decoder);
    // Bytes behind its end would be kept with it for ever.
    return isRead(rest) ? decoded : null;
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
