import type { Reason } from "@mdreader/contract/errors";
import { maxDocumentBytes } from "@mdreader/contract/limits";
import * as Y from "yjs";

import { isReason } from "../errors.ts";
import { lastingReasonOf, pauseAfter, UnsavedError } from "./failures.ts";
import type { PendingUpdate } from "./store.ts";

/** The largest update that the server takes, in bytes. */
const maxUpdateBytes = maxDocumentBytes;

export interface Refusal {
  reason: Reason;
  error: unknown;
}

/** A person's own edits on their way to the server. */
export interface Outbox {
  /** Takes an edit. Nothing leaves the outbox but by the server's acknowledgement. */
  add(update: Uint8Array): void;
  /** Tries now what waits for another try, or was refused: the circumstances have changed. */
  retry(): void;
  readonly isEmpty: boolean;
  /** How many edits it has taken, and of how many of the first of them the server has all. */
  readonly taken: number;
  readonly acknowledged: number;
  /** Why the server does not take what is here, or null. */
  readonly refusal: Refusal | null;
  stop(): void;
}

export interface OutboxOptions {
  /** What was left here before. */
  pending: readonly PendingUpdate[];
  /** Sends an update. @returns Its number, once it is committed. */
  push(update: Uint8Array): Promise<number>;
  /** All that the document has and the server lacks, by comparing both; null when there is nothing. */
  difference(): Promise<{ seq: number; update: Uint8Array | null }>;
  /** Keeps an edit on this machine. @returns Its key. */
  keep(update: Uint8Array): Promise<number | null>;
  forget(keys: readonly number[]): void;
  onAcknowledged(seq: number): void;
  /** Is called after whatever changes `isEmpty` or `refusal`. */
  onChange(): void;
}

interface Entry {
  update: Uint8Array;
  key: Promise<number | null>;
}

/** One push is under way at a time; what gathers meanwhile goes together with the next. */
export function createOutbox({
  pending,
  push,
  difference,
  keep,
  forget,
  onAcknowledged,
  onChange,
}: OutboxOptions): Outbox {
  const entries: Entry[] = pending.map(({ key, update }) => ({ update, key: Promise.resolve(key) }));
  let taken = entries.length;
  let refusal: Refusal | null = null;
  /** Whether the edits one by one don't fit what the server has, so that the difference is sent instead. */
  let compare = false;
  let sending = false;
  const stopping = new AbortController();
  let hurry = () => {};

  /** Sends the first of what is here. @returns Its number. */
  async function send(count: number): Promise<number> {
    if (!compare) return push(Y.mergeUpdates(entries.slice(0, count).map(({ update }) => update)));
    const { seq, update } = await difference();
    if (update === null) return seq;
    if (update.length > maxUpdateBytes) throw new UnsavedError("DOCUMENT_TOO_LARGE");
    return push(update);
  }

  function acknowledge(count: number, seq: number): void {
    const done = entries.splice(0, count);
    void Promise.all(done.map(({ key }) => key)).then((keys) => forget(keys.filter((key) => key !== null)));
    compare = false;
    refusal = null;
    onAcknowledged(seq);
  }

  /** @returns Whether to go on at once. */
  async function recover(error: unknown, attempt: number): Promise<boolean> {
    if (isReason(error, "UPDATE_GAP") && !compare) {
      compare = true;
      return true;
    }
    const reason = error instanceof UnsavedError ? error.reason : lastingReasonOf(error);
    if (reason !== null) {
      refusal = { reason, error };
      // When it is tried again, the text may have become one that fits; the steps that led there would still not.
      compare = true;
      return false;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pauseAfter(error, attempt));
      hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    return true;
  }

  async function drain(): Promise<void> {
    if (sending) return;
    sending = true;
    let goesOn = true;
    for (let attempt = 0; goesOn && !stopping.signal.aborted && entries.length > 0;) {
      const count = compare ? entries.length : fitting(entries);
      try {
        if (count === 0) {
          compare = true;
          continue;
        }
        const seq = await send(count);
        if (!stopping.signal.aborted) acknowledge(count, seq);
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
      entries.push({ update, key: keep(update) });
      taken += 1;
      // A viewer's edits are not sent one by one to be refused again; a text that was too large may have shrunk.
      if (refusal === null || dependsOnText.has(refusal.reason)) void drain();
      onChange();
    },
    retry() {
      hurry();
      void drain();
    },
    get isEmpty() {
      return entries.length === 0;
    },
    get taken() {
      return taken;
    },
    get acknowledged() {
      return taken - entries.length;
    },
    get refusal() {
      return refusal;
    },
    stop() {
      stopping.abort();
      hurry();
    },
  };
}

const dependsOnText: ReadonlySet<Reason> = new Set(["DOCUMENT_TOO_LARGE", "BAD_UPDATE", "BAD_INPUT"]);

/** How many of the first entries go into one update. 0 when not even one does. */
function fitting(entries: readonly Entry[]): number {
  let bytes = 0;
  const over = entries.findIndex(({ update }) => (bytes += update.length) > maxUpdateBytes);
  return over === -1 ? entries.length : over;
}
