import * as Y from "yjs";

import { textName } from "../document.ts";
import { mergeSplitItems, splitAhead } from "../split-ahead.ts";
import { countSteps, IntegrationLimitError } from "./integrate.ts";

/**
 * The result of a trial: the steps to integrate the structs, or the reason that the update can't be applied. `rollBack`
 * reverts the update, before the next trial.
 */
export type TrialResult =
  | { ok: true; steps: number; rollBack(): void }
  | { ok: false; problem: "malformed" | "gap" | "tooCostly" };

/** An update that passed `validateUpdate`. */
export interface TrialUpdate {
  update: Uint8Array;
  /** The decoded structs. */
  structs: readonly Y.Item[];
  clientIds: readonly number[];
  /** The deletions in each client's text, in order. */
  deletions: ReadonlyMap<number, readonly { clock: number; len: number }[]>;
}

export interface Trial {
  /** Applies an update on top of the previous successful ones. An update that fails is reverted. */
  attempt(update: TrialUpdate, maxSteps: number): TrialResult;
}

/**
 * The maximum number of structs that move within their arrays when deletions are merged with earlier ones. Moving them
 * takes less than a second.
 */
const maxMoves = 200_000_000;

/** Thrown after Yjs has integrated all structs and before it deletes text, because a deletion can't be reverted. */
class StructsIntegrated extends Error {}
class TrialDecoder extends Y.UpdateDecoderV1 {
  override resetDsCurVal(): never {
    throw new StructsIntegrated();
  }
}

/**
 * Applies updates to the document with Yjs and reverts them, so that the document is unchanged afterwards. No other
 * check is certain to agree with Yjs, and this one needs no copy of the document.
 */
export function withTrial<Result>(doc: Y.Doc, run: (trial: Trial) => Result): Result {
  const clocksBeforeTrial = new Map<number, number>();
  const splitContents = new Map<Y.ContentString, string>();
  const attempt = (transaction: Y.Transaction, candidate: TrialUpdate, maxSteps: number): TrialResult => {
    const clocksBefore = new Map(candidate.clientIds.map((id) => [id, Y.getState(doc.store, id)]));
    for (const content of findSplitPairs(doc, candidate.structs)) {
      if (!splitContents.has(content)) splitContents.set(content, content.str);
    }
    splitAhead(transaction, { structs: candidate.structs, deletions: new Map() });
    const result = integrateStructs(doc, candidate, maxSteps);
    if (!result.ok) {
      rollBack(transaction, clocksBefore);
      return result;
    }
    for (const [id, clock] of clocksBefore) if (!clocksBeforeTrial.has(id)) clocksBeforeTrial.set(id, clock);
    return { ...result, rollBack: () => rollBack(transaction, clocksBefore) };
  };
  const result = Y.transact(doc, (transaction) => {
    try {
      return run({ attempt: (update, maxSteps) => attempt(transaction, update, maxSteps) });
    } finally {
      rollBack(transaction, clocksBeforeTrial);
      mergeSplitItems(transaction);
    }
  });
  // Yjs has merged split items, but it replaces the halves of a surrogate pair when it splits one.
  for (const [content, text] of splitContents) content.str = text;
  return result;
}

/**
 * Whether an item's original neighbors are adjacent in the document. If so, the item has no conflict to resolve and
 * needs no trial.
 */
export function hasAdjacentNeighbors({ store, share }: Y.Doc, { origin, rightOrigin }: Y.Item): boolean {
  const left = origin && Y.getItem(store, origin);
  const right = rightOrigin && Y.getItem(store, rightOrigin);
  if (left !== null && left === right) return rightOrigin?.clock === (origin?.clock ?? 0) + 1;
  const isAtEnd = left === null || origin?.clock === left.id.clock + left.length - 1;
  const isAtStart = right === null || rightOrigin?.clock === right.id.clock;
  // The internal start of the text in Yjs, which has no public API.
  // oxlint-disable-next-line no-underscore-dangle
  const next = left === null ? (share.get(textName)?._start ?? null) : left.right;
  return isAtEnd && isAtStart && next === right;
}

type IntegrationResult = { ok: true; steps: number } | Extract<TrialResult, { ok: false }>;

function integrateStructs(
  doc: Y.Doc,
  { update, deletions }: TrialUpdate,
  maxSteps: number,
): IntegrationResult {
  const applyStructs = () => {
    try {
      Y.applyUpdateV2(doc, update, undefined, TrialDecoder);
    } catch (error) {
      if (!(error instanceof StructsIntegrated)) throw error;
    }
  };
  try {
    const steps = countSteps(maxSteps, applyStructs, true);
    if (doc.store.pendingStructs !== null) {
      doc.store.pendingStructs = null;
      return { ok: false, problem: "gap" };
    }
    if (countMoves(doc.store, deletions) > maxMoves) return { ok: false, problem: "tooCostly" };
    return { ok: true, steps };
  } catch (error) {
    return { ok: false, problem: error instanceof IntegrationLimitError ? "tooCostly" : "malformed" };
  }
}

/**
 * Returns the maximum number of structs that move when deletions are merged with their neighbors. Yjs removes structs
 * one by one from the array of their client.
 */
function countMoves({ clients }: Y.Doc["store"], deletions: TrialUpdate["deletions"]): number {
  let moves = 0;
  for (const [client, ranges] of deletions) {
    const structs = clients.get(client) ?? [];
    for (const { clock, len } of ranges) {
      const [from, to] = [Y.findIndexSS(structs, clock), Y.findIndexSS(structs, clock + len - 1)];
      const [first, last] = [structs[from], structs[to]];
      if (first === undefined || last === undefined) continue;
      const mergesBackward = first.id.clock === clock && structs[from - 1]?.deleted === true;
      const mergesForward = last.id.clock + last.length === clock + len && structs[to + 1]?.deleted === true;
      const isJoined = from < to || mergesBackward || mergesForward;
      if (isJoined) moves += structs.length - from;
    }
  }
  return moves;
}

/** Removes the structs of each client from a clock on. */
function rollBack(transaction: Y.Transaction, from: ReadonlyMap<number, number>): void {
  const { clients } = transaction.doc.store;
  for (const [client, clock] of from) {
    const structs = clients.get(client) ?? [];
    for (let last = structs.at(-1); last !== undefined && last.id.clock >= clock; last = structs.at(-1)) {
      structs.pop();
      if (last instanceof Y.Item) unlink(last);
    }
    if (structs.length === 0) clients.delete(client);
  }
  // Only structs that arrived as deleted are recorded; nothing else has been deleted.
  transaction.deleteSet.clients.clear();
  // Yjs' internal list of split items to merge at the end.
  // oxlint-disable-next-line no-underscore-dangle
  transaction._mergeStructs = transaction._mergeStructs.filter(
    ({ id }) => id.clock < (from.get(id.client) ?? Infinity),
  );
}

/* oxlint-disable no-underscore-dangle -- Yjs has no public API for the list of a text's items. */
function unlink({ left, right, parent, length, countable, deleted }: Y.Item): void {
  if (!(parent instanceof Y.AbstractType)) return;
  if (left === null) parent._start = right;
  else left.right = right;
  if (right !== null) right.left = left;
  if (countable && !deleted) parent._length -= length;
}
/* oxlint-enable no-underscore-dangle */

/** Finds the contents that structs split between the halves of a surrogate pair. */
function findSplitPairs({ store }: Y.Doc, structs: readonly Y.Item[]): Y.ContentString[] {
  const findSplitContent = (client: number, clock: number): Y.ContentString[] => {
    if (clock <= 0 || clock >= Y.getState(store, client)) return [];
    const item = Y.getItem(store, Y.createID(client, clock));
    if (!(item.content instanceof Y.ContentString)) return [];
    const unit = item.content.str.charCodeAt(clock - item.id.clock - 1);
    return unit >= 0xd800 && unit <= 0xdbff ? [item.content] : [];
  };
  return structs.flatMap(({ origin, rightOrigin }) => [
    ...(origin === null ? [] : findSplitContent(origin.client, origin.clock + 1)),
    ...(rightOrigin === null ? [] : findSplitContent(rightOrigin.client, rightOrigin.clock)),
  ]);
}
