import type { Reason } from "@mdreader/contract/errors";
import { maxDocumentBytes } from "@mdreader/contract/limits";
import * as Y from "yjs";

import { delayUntilOnline } from "../delay-until-online.ts";
import { isReason } from "../errors.ts";
import { findPermanentReason, retryDelayMs, UnsavedError } from "./failures.ts";
import type { PendingUpdate } from "./store.ts";
import { mergeMany } from "./structs.ts";

/** The delay before edits are sent again that the server rejected because of the user's access. */
const accessRetryMs = 15_000;
/** The largest update that the server accepts. */
const maxUpdateBytes = maxDocumentBytes;
/** The limits of one push. Merging and checking larger ones would delay other users. */
const maxPush = { edits: 1_000, bytes: 256 * 1024 };

export interface RejectedUpdate {
  reason: Reason;
  error: unknown;
}

/** The local edits that the server has not acknowledged. */
export interface Outbox {
  /** Adds an edit. Only an acknowledgment from the server removes it. */
  add(update: Uint8Array): void;
  /** Retries pending and rejected edits immediately, because the circumstances have changed. */
  retry(): void;
  /** Compares the document with the server's as soon as no push is in progress. */
  reconcile(): void;
  /** Replaces all edits with those that `work` makes. */
  replace(work: () => void): void;
  readonly isEmpty: boolean;
  /** Whether a comparison with the server is due or in progress. */
  readonly isReconciling: boolean;
  /** The number of edits added so far, and how many of the oldest ones are acknowledged. */
  readonly takenCount: number;
  readonly acknowledged: number;
  /** The clock of the first unsent edit of each client ID. */
  unsent(): Map<number, number>;
  /** Why the server rejects the edits, or null. */
  readonly rejection: RejectedUpdate | null;
  stop(): void;
}

export interface OutboxOptions {
  /** The edits left from an earlier run. */
  pending: readonly PendingUpdate[];
  /** Sends an update. @returns Its version, once it is committed. */
  push(update: Uint8Array): Promise<number>;
  /**
   * Compares the document with the server's. @returns The local edits that the server lacks (`update` is null if there are
   * none), or null if the two copies do not match.
   */
  difference(): Promise<{ seq: number; update: Uint8Array | null } | null>;
  /**
   * Compares the document with the server's, and replaces the edits if the two copies do not match.
   * @param isForeign Whether the server reported that a client ID of these edits belongs to another user.
   */
  reconcile(isForeign: boolean): Promise<void>;
  /** Whether edits may be sent. False until the initial sync shows that the server has all acknowledged edits. */
  maySend(): boolean;
  /** Stores an edit locally. @returns Its key. */
  storeUpdate(update: Uint8Array): Promise<number | null>;
  /** Removes edits from the store once `after` has settled. */
  removeUpdates(keys: readonly number[], after?: Promise<unknown>): Promise<void>;
  onAcknowledged(seq: number): void;
  /** Called after each change of `isEmpty`, `isReconciling` or `rejection`. */
  onChange(): void;
}

interface Entry {
  update: Uint8Array;
  key: Promise<number | null>;
  /** The number of edits that this entry represents. */
  count: number;
}

const countEdits = (entries: readonly Entry[]) => entries.reduce((sum, { count }) => sum + count, 0);

/** Creates an outbox. One push is in progress at a time; edits made meanwhile are sent with the next one. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { storeUpdate, onChange } = options;
  let entries: Entry[] = options.pending.map(({ key, update }) => ({
    update,
    key: Promise.resolve(key),
    count: 1,
  }));
  let acknowledged = 0;
  let refusal: RejectedUpdate | null = null;
  /** Whether the single edits do not apply to the server's state, so that the difference is sent instead. */
  let compare = false;
  /** Why the document must be compared with the server's, or null. */
  let doubt: "doubted" | "foreign" | null = null;
  let sending = false;
  let isRetryPlanned = false;
  const stopping = new AbortController();
  let retryNow = () => {};

  const forget = async (done: readonly Entry[], after?: Promise<unknown>) => {
    const keys = await Promise.all(done.map(({ key }) => key));
    await options.removeUpdates(
      keys.filter((key) => key !== null),
      after,
    );
  };

  /** Sends the first entries. @returns Their version, or null if the copies must be reconciled first. */
  async function send(count: number): Promise<number | null> {
    if (!compare) return options.push(mergeMany(entries.slice(0, count).map(({ update }) => update)));
    const difference = await options.difference();
    if (difference === null) {
      doubt = "doubted";
      return null;
    }
    const { seq, update } = difference;
    if (update === null) return seq;
    if (update.length > maxUpdateBytes) throw new UnsavedError("DOCUMENT_TOO_LARGE");
    return options.push(update);
  }

  function acknowledge(count: number, seq: number): void {
    const done = entries.splice(0, count);
    acknowledged += countEdits(done);
    void forget(done);
    compare = false;
    refusal = null;
    options.onAcknowledged(seq);
  }

  async function step(): Promise<void> {
    if (doubt !== null) {
      const isForeign = doubt === "foreign";
      await options.reconcile(isForeign);
      doubt = null;
      return;
    }
    const count = compare ? entries.length : countFitting(entries);
    if (count === 0) {
      compare = true;
      return;
    }
    const seq = await send(count);
    if (seq !== null && !stopping.signal.aborted) acknowledge(count, seq);
  }

  async function waitForNextTry(ms: number): Promise<void> {
    const hurried = new AbortController();
    retryNow = () => hurried.abort();
    await delayUntilOnline(ms, { signal: hurried.signal }).catch(() => {});
  }

  /** @returns Whether to continue. */
  async function recover(error: unknown, attempt: number): Promise<boolean> {
    // The server's current state decides, so it is fetched and the edits are tried again.
    if (isReason(error, "FOREIGN_CLIENT_ID") && compare) doubt = "foreign";
    if (isReason(error, "UPDATE_GAP") && compare) doubt ??= "doubted";
    const wasCompared = compare;
    if (isReason(error, ...repairableReasons)) compare = true;
    if (isReason(error, ...repairableReasons) && !wasCompared) return true;
    const reason = error instanceof UnsavedError ? error.reason : findPermanentReason(error);
    if (reason !== null && !isReason(error, ...resyncReasons)) {
      refusal = { reason, error };
      // A later retry sends the difference, because the text may have become valid while the single edits have not.
      compare = true;
      if (dependsOnAccess.has(reason)) void retryLater();
      return false;
    }
    await waitForNextTry(retryDelayMs(error, attempt));
    return true;
  }

  async function retryLater(): Promise<void> {
    if (isRetryPlanned) return;
    isRetryPlanned = true;
    try {
      await delayUntilOnline(accessRetryMs, { signal: stopping.signal });
    } catch {
      return; // The outbox was stopped.
    }
    isRetryPlanned = false;
    if (refusal !== null) await drain({ isQuiet: true });
  }

  /** @param options.isQuiet Whether a rejection stays reported until the edits are acknowledged. */
  async function drain({ isQuiet } = { isQuiet: false }): Promise<void> {
    if (sending) return;
    sending = true;
    if (!isQuiet) refusal = null;
    let goesOn = true;
    let attempt = 0;
    const isDue = () => doubt !== null || (entries.length > 0 && options.maySend());
    while (goesOn && !stopping.signal.aborted && isDue()) {
      try {
        await step();
        attempt = 0;
      } catch (error) {
        if (!stopping.signal.aborted) goesOn = await recover(error, attempt++);
      }
      if (!stopping.signal.aborted) onChange();
    }
    sending = false;
  }

  return {
    add(update) {
      entries.push({ update, key: storeUpdate(update), count: 1 });
      // A viewer's edits would only be rejected again. A text that was too large may have shrunk.
      if (refusal === null || dependsOnText.has(refusal.reason)) void drain();
      onChange();
    },
    retry() {
      retryNow();
      void drain();
    },
    reconcile() {
      doubt ??= "doubted";
      void drain();
      onChange();
    },
    replace(work) {
      const replaced = entries;
      entries = [];
      compare = false;
      work();
      const last = entries.at(-1);
      if (last === undefined) acknowledged += countEdits(replaced);
      else last.count += countEdits(replaced);
      // The new edits are stored first, so that a window that closes now may send some twice but loses none.
      void forget(replaced, Promise.all(entries.map(({ key }) => key)));
    },
    get isEmpty() {
      return entries.length === 0;
    },
    get isReconciling() {
      return doubt !== null;
    },
    get takenCount() {
      return acknowledged + countEdits(entries);
    },
    get acknowledged() {
      return acknowledged;
    },
    unsent() {
      const first = new Map<number, number>();
      for (const { update } of entries) {
        for (const [client, clock] of Y.parseUpdateMeta(update).from) {
          first.set(client, Math.min(clock, first.get(client) ?? clock));
        }
      }
      return first;
    },
    get rejection() {
      return refusal;
    },
    stop() {
      stopping.abort();
      retryNow();
    },
  };
}

/** Rejections that a change of the text may resolve. */
const dependsOnText: ReadonlySet<Reason> = new Set(["DOCUMENT_TOO_LARGE", "BAD_UPDATE", "BAD_INPUT"]);
/** Rejections that end without a notice if the access is lost and regained before a stream checks it. */
const dependsOnAccess: ReadonlySet<Reason> = new Set([
  "ROLE_TOO_LOW",
  "NOT_FOUND",
  "SCOPE_MISSING",
  "WORKSPACE_SECOND_FACTOR_REQUIRED",
]);
/** Rejections of single edits that sending the whole difference as one update may avoid. */
const repairableReasons = [
  "UPDATE_GAP",
  "FOREIGN_CLIENT_ID",
  "BAD_UPDATE",
  "DOCUMENT_TOO_LARGE",
  "PAYLOAD_TOO_LARGE",
] as const satisfies Reason[];
/** Rejections that show an outdated view of the server's state. It is fetched again until they stop. */
const resyncReasons = ["UPDATE_GAP", "FOREIGN_CLIENT_ID"] as const satisfies Reason[];

/** The number of leading entries that fit into one update; 0 if the first one is too large. */
function countFitting(entries: readonly Entry[]): number {
  let bytes = 0;
  let count = 0;
  for (const { update } of entries) {
    bytes += update.length;
    if (count === maxPush.edits || bytes > (count === 0 ? maxUpdateBytes : maxPush.bytes)) break;
    count += 1;
  }
  return count;
}
