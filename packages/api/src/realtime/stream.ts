import { AppError } from "../errors.ts";
import { createSignal } from "../util/signal.ts";

/**
 * The resumable stream behind all gapless sequences: a document's changes and a workspace's events. The database is the
 * source of truth; messages only save queries.
 */

/** An element with a number in its sequence. */
export interface Sequenced {
  readonly seq: number;
}

/**
 * News about a sequence: a new element, the newest number alone, or that the database may have been replaced, so that
 * the elements already read must be compared with it.
 */
export type StreamUpdate<Item extends Sequenced> = { item: Item } | { upTo: number } | { isUncertain: true };

/** Elements of a sequence and its newest number, read by a single statement. */
export interface Page<Item extends Sequenced> {
  items: Item[];
  newest: number;
}

export interface StreamSource<Item extends Sequenced> {
  /** Calls `onUpdate` for new elements until it is stopped. Updates may be out of order, repeated or missing. */
  listen(onUpdate: (news: StreamUpdate<Item>) => void): () => void;
  /**
   * Returns the retained elements after a number, in order, up to one page. They and the newest number must come from
   * one statement, so that a removed element can be told from one that is not written yet.
   */
  fetch(after: number): Promise<Page<Item>>;
  /** The size of an element in bytes, if it should count. */
  sizeOf?(item: Item): number;
  /**
   * Sends the next element to the reader, who has received all others, past the stream.
   * @returns Whether it was sent. Otherwise, the stream yields it.
   */
  sendDirectly?(item: Item): boolean;
}

/**
 * Maximum number and size of the elements queued for a reader. Further ones are dropped and fetched when the reader
 * reaches them.
 */
const maxQueued = { items: 256, bytes: 1024 * 1024 };

/**
 * Yields each element after number `after`, once and in order, until `signal` aborts.
 *
 * It listens before it fetches, so that no element is lost in between. Elements that were already fetched are dropped
 * by number, and missing numbers are fetched. The queue of a slow reader is bounded.
 *
 * @throws AppError RESYNC_REQUIRED when the next element is no longer retained, or the sequence ends before `after`.
 *   The stream never skips an element.
 */
export async function* resumableStream<Item extends Sequenced>(
  source: StreamSource<Item>,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<Item, void> {
  const waiting: Item[] = [];
  const weigh = (item: Item) => source.sizeOf?.(item) ?? 0;
  const mayWait = (item: Item) =>
    waiting.length < maxQueued.items &&
    waiting.reduce((bytes, one) => bytes + weigh(one), weigh(item)) <= maxQueued.bytes;
  let last = after;
  let heardOf = after;
  let caughtUp = false;
  /** Whether the reader has received all elements up to `last`. */
  let isWaiting = false;
  const follow = (item: Item): Item => {
    if (item.seq !== last + 1) throw new AppError("RESYNC_REQUIRED");
    last = item.seq;
    return item;
  };
  using updateSignal = createSignal(signal);
  const stop = source.listen((news) => {
    if ("item" in news && isWaiting && !signal.aborted && news.item.seq === last + 1) {
      if (source.sendDirectly?.(news.item) === true) {
        last = news.item.seq;
        return;
      }
    }
    isWaiting = false;
    if ("isUncertain" in news) caughtUp = false;
    else heardOf = Math.max(heardOf, "item" in news ? news.item.seq : news.upTo);
    if ("item" in news && mayWait(news.item)) waiting.push(news.item);
    updateSignal.notify();
  });
  try {
    while (!signal.aborted) {
      const next = shiftNext(waiting, last);
      if (next !== undefined) yield follow(next);
      else if (!caughtUp || heardOf > last) {
        const asked = heardOf;
        caughtUp = true;
        const { items, newest } = await source.fetch(last);
        if (newest < last || (items.length === 0 && newest > last)) throw new AppError("RESYNC_REQUIRED");
        for (const item of items) {
          if (signal.aborted) return;
          yield follow(item);
        }
        if (items.length > 0) {
          caughtUp = false;
          continue;
        }
        // The announced element is not in the database. Wait for more news instead of polling.
        if (heardOf === asked) heardOf = last;
      } else {
        isWaiting = true;
        await updateSignal.wait();
        isWaiting = false;
      }
    }
  } finally {
    stop();
  }
}

/** Takes the element after `last` from the queue, and drops those before it. */
function shiftNext<Item extends Sequenced>(waiting: Item[], last: number): Item | undefined {
  const pending = waiting.filter(({ seq }) => seq > last);
  const index = pending.findIndex(({ seq }) => seq === last + 1);
  const next = index === -1 ? undefined : pending.splice(index, 1)[0];
  waiting.splice(0, waiting.length, ...pending);
  return next;
}
