import type { Reason } from "@mdreader/contract/errors";
import { maxDocumentBytes } from "@mdreader/contract/limits";
import * as Y from "yjs";

import { delayUntilOnline } from "../delay-until-online.ts";
import { isReason } from "../errors.ts";
import { permanentReason, retryDelayMs, UnsavedError } from "./failures.ts";
import type { PendingUpdate } from "./store.ts";
import { mergeMany } from "./structs.ts";

/** The largest update that the server takes, in bytes. */
const maxUpdateBytes = maxDocumentBytes;
/** What is sent as one update, of many edits that wait: merging and checking more would hold others up. */
const maxPush = { edits: 1_000, bytes: 256 * 1024 };

export interface RejectedUpdate {
  reason: Reason;
  error: unknown;
}

/** A person's own edits on their way to the server. */
export interface Outbox {
  /** Takes an edit. Nothing leaves the outbox but by the server's acknowledgement. */
  add(update: Uint8Array): void;
  /** Tries now what waits for another try, or was refused: the circumstances have changed. */
  retry(): void;
  /** Has the document compared with the server's, as soon as nothing is under way. */
  reconcile(): void;
  /** Takes the edits that `work` makes in the place of all that are here. */
  replace(work: () => void): void;
  readonly isEmpty: boolean;
  /** Whether a comparison with the server is to be made, or under way. */
  readonly isReconciling: boolean;
  /** How many edits it has taken, and of how many of the first of them the server has all. */
  readonly takenCount: number;
  readonly acknowledged: number;
  /** For each client id whose edits are here, the clock of the first of those. */
  unsent(): Map<number, number>;
  /** Why the server does not take what is here, or null. */
  readonly rejection: RejectedUpdate | null;
  stop(): void;
}

export interface OutboxOptions {
  /** What was left here before. */
  pending: readonly PendingUpdate[];
  /** Sends an update. @returns Its number, once it is committed. */
  push(update: Uint8Array): Promise<number>;
  /**
   * All of the person's own that the server lacks, by comparing both: null when there is nothing. Null instead of it when
   * the two don't go together.
   */
  difference(): Promise<{ seq: number; update: Uint8Array | null } | null>;
  /**
   * Compares the document with the server's, and replaces what is here where they don't go together.
   * @param isForeign Whether the server says that a client id of these edits is somebody else's.
   */
  reconcile(isForeign: boolean): Promise<void>;
  /** Whether edits may be sent: not before the server has told that it has all that it had. */
  maySend(): boolean;
  /** Keeps an edit on this machine. @returns Its key. */
  storeUpdate(update: Uint8Array): Promise<number | null>;
  /** Forgets edits, once `after` is done. */
  removeUpdates(keys: readonly number[], after?: Promise<unknown>): Promise<void>;
  onAcknowledged(seq: number): void;
  /** Is called after whatever changes `isEmpty`, `isReconciling` or `rejection`. */
  onChange(): void;
}

interface Entry {
  update: Uint8Array;
  key: Promise<number | null>;
  /** How many of the edits that were taken it stands for. */
  count: number;
}

const total = (entries: readonly Entry[]) => entries.reduce((sum, { count }) => sum + count, 0);

/** One push is under way at a time; what gathers meanwhile goes together with the next. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { storeUpdate, onChange } = options;
  let entries: Entry[] = options.pending.map(({ key, update }) => ({
    update,
    key: Promise.resolve(key),
    count: 1,
  }));
  let acknowledged = 0;
  let refusal: RejectedUpdate | null = null;
  /** Whether the edits one by one don't fit what the server has, so that the difference is sent instead. */
  let compare = false;
  /** Whether, and why, the document is to be compared with the server's. */
  let doubt: "doubted" | "foreign" | null = null;
  let sending = false;
  const stopping = new AbortController();
  let retryNow = () => {};

  const forget = async (done: readonly Entry[], after?: Promise<unknown>) => {
    const keys = await Promise.all(done.map(({ key }) => key));
    await options.removeUpdates(
      keys.filter((key) => key !== null),
      after,
    );
  };

  /** Sends the first of what is here. @returns Its number; null where it is to be compared first. */
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
    acknowledged += total(done);
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

  /** @returns Whether to go on. */
  async function recover(error: unknown, attempt: number): Promise<boolean> {
    // What the server has, or had when it was asked, decides: it is looked at, and these edits are tried again.
    if (isReason(error, "FOREIGN_CLIENT_ID") && compare) doubt = "foreign";
    if (isReason(error, "UPDATE_GAP") && compare) doubt ??= "doubted";
    const wasCompared = compare;
    if (isReason(error, ...repairableReasons)) compare = true;
    if (isReason(error, ...repairableReasons) && !wasCompared) return true;
    const reason = error instanceof UnsavedError ? error.reason : permanentReason(error);
    if (reason !== null && !isReason(error, ...resyncReasons)) {
      refusal = { reason, error };
      // When it is tried again, the text may have become one that fits; the steps that led there would still not.
      compare = true;
      return false;
    }
    await waitForNextTry(retryDelayMs(error, attempt));
    return true;
  }

  async function drain(): Promise<void> {
    if (sending) return;
    sending = true;
    refusal = null;
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
      // A viewer's edits are not sent one by one to be refused again; a text that was too large may have shrunk.
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
      if (last === undefined) acknowledged += total(replaced);
      else last.count += total(replaced);
      // First the new ones are kept: a window that is closed right now may bring some twice, and loses none.
      void forget(replaced, Promise.all(entries.map(({ key }) => key)));
    },
    get isEmpty() {
      return entries.length === 0;
    },
    get isReconciling() {
      return doubt !== null;
    },
    get takenCount() {
      return acknowledged + total(entries);
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

/** Refusals that a change of the text may lift. */
const dependsOnText: ReadonlySet<Reason> = new Set(["DOCUMENT_TOO_LARGE", "BAD_UPDATE", "BAD_INPUT"]);
/** Refusals of single edits that all that the server lacks, as one update, may not meet with. */
const repairableReasons = [
  "UPDATE_GAP",
  "FOREIGN_CLIENT_ID",
  "BAD_UPDATE",
  "DOCUMENT_TOO_LARGE",
  "PAYLOAD_TOO_LARGE",
] as const satisfies Reason[];
/** Refusals that say that the server's state is another one than it seemed: it is asked again, for as long as it takes. */
const resyncReasons = ["UPDATE_GAP", "FOREIGN_CLIENT_ID"] as const satisfies Reason[];

/** How many of the first entries go into one update. 0 when not even one does. */
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
