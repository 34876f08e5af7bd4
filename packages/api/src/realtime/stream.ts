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
 * A change of a sequence: a new element, the newest number alone, or that the database may have been replaced, so that
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
  listen(onUpdate: (update: StreamUpdate<Item>) => void): () => void;
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
  const queue: Item[] = [];
  const weigh = (item: Item) => source.sizeOf?.(item) ?? 0;
  const hasRoomFor = (item: Item) =>
    queue.length < maxQueued.items &&
    queue.reduce((bytes, queued) => bytes + weigh(queued), weigh(item)) <= maxQueued.bytes;
  let last = after;
  let announced = after;
  let isCaughtUp = false;
  /** Whether the reader has received all elements up to `last`. */
  let isReaderIdle = false;
  const advance = (item: Item): Item => {
    if (item.seq !== last + 1) throw new AppError("RESYNC_REQUIRED");
    last = item.seq;
    return item;
  };
  using updateSignal = createSignal(signal);
  const stop = source.listen((update) => {
    if ("item" in update && isReaderIdle && !signal.aborted && update.item.seq === last + 1) {
      if (source.sendDirectly?.(update.item) === true) {
        last = update.item.seq;
        return;
      }
    }
    isReaderIdle = false;
    if ("isUncertain" in update) isCaughtUp = false;
    else announced = Math.max(announced, "item" in update ? update.item.seq : update.upTo);
    if ("item" in update && hasRoomFor(update.item)) queue.push(update.item);
    updateSignal.notify();
  });
  try {
    while (!signal.aborted) {
      const next = shiftNext(queue, last);
      if (next !== undefined) yield advance(next);
      else if (!isCaughtUp || announced > last) {
        const requested = announced;
        isCaughtUp = true;
        const { items, newest } = await source.fetch(last);
        if (newest < last || (items.length === 0 && newest > last)) throw new AppError("RESYNC_REQUIRED");
        const hasMore = items.length > 0 && (items.at(-1)?.seq ?? 0) < newest;
        if (hasMore) isCaughtUp = false;
        for (const item of items) {
          if (signal.aborted) return;
          yield advance(item);
        }
        if (items.length > 0) continue;
        // The announced element is not in the database. Wait for the next update instead of polling.
        if (announced === requested) announced = last;
      } else {
        isReaderIdle = true;
        await updateSignal.wait();
        isReaderIdle = false;
      }
    }
  } finally {
    stop();
  }
}

/** Takes the element after `last` from the queue, and drops those before it. */
function shiftNext<Item extends Sequenced>(queue: Item[], last: number): Item | undefined {
  const pending = queue.filter(({ seq }) => seq > last);
  const index = pending.findIndex(({ seq }) => seq === last + 1);
  const next = index === -1 ? undefined : pending.splice(index, 1)[0];
  queue.splice(0, queue.length, ...pending);
  return next;
}
