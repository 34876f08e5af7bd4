import { AppError } from "../errors.ts";
import { createSignal } from "../util/signal.ts";

/**
 * The resumable stream, written once for everything that is numbered without gaps: a document's changes and a
 * workspace's events. The database has all of it; what is passed along beside it only saves asking.
 */

/** Something with a number in its sequence. */
export interface Sequenced {
  readonly seq: number;
}

/**
 * News of a sequence: a new element itself, or only that there is one up to a number; or that the database may have become
 * another one, so that what was read of it is to be compared with what it holds now.
 */
export type StreamUpdate<Item extends Sequenced> = { item: Item } | { upTo: number } | { isUncertain: true };

/** Elements of a sequence, and the number of its newest one, as a single statement read them. */
export interface Page<Item extends Sequenced> {
  items: Item[];
  newest: number;
}

export interface StreamSource<Item extends Sequenced> {
  /** Calls `onUpdate` with what happens from now on, in any order, perhaps twice, perhaps not at all; until it is stopped. */
  listen(onUpdate: (news: StreamUpdate<Item>) => void): () => void;
  /**
   * The elements after a number that are still kept, in order: as many as fit a page. They and the newest number must
   * come from one statement, so that a missing element can be told from one that has not been written yet.
   */
  fetch(after: number): Promise<Page<Item>>;
  /** How many bytes an element holds, where they are worth counting. */
  sizeOf?(item: Item): number;
}

/**
 * How many elements wait for a reader, and how many bytes of them. Beyond it they are dropped, and fetched when the reader
 * comes to them.
 */
const maxQueued = { items: 256, bytes: 1024 * 1024 };

/**
 * Each element after number `after`, once and in order, for as long as `signal` lets it.
 *
 * It listens before it fetches, so that nothing falls between; what was fetched already is dropped by its number, and
 * a missing number is fetched. A reader that does not read holds a bounded number of elements, however many come.
 *
 * @throws AppError RESYNC_REQUIRED when the next element is not kept any more, or the sequence ends before `after`: no
 *   element ever follows on another than the one before it.
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
  const follow = (item: Item): Item => {
    if (item.seq !== last + 1) throw new AppError("RESYNC_REQUIRED");
    last = item.seq;
    return item;
  };
  using bell = createSignal(signal);
  const stop = source.listen((news) => {
    if ("isUncertain" in news) caughtUp = false;
    else heardOf = Math.max(heardOf, "item" in news ? news.item.seq : news.upTo);
    if ("item" in news && mayWait(news.item)) waiting.push(news.item);
    bell.notify();
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
        // What was only heard of is not there: wait for more, rather than ask again and again.
        if (heardOf === asked) heardOf = last;
      } else await bell.wait();
    }
  } finally {
    stop();
  }
}

/** Takes the element after `last` from those that wait, and drops those before it. */
function shiftNext<Item extends Sequenced>(waiting: Item[], last: number): Item | undefined {
  const kept = waiting.filter(({ seq }) => seq > last);
  const index = kept.findIndex(({ seq }) => seq === last + 1);
  const next = index === -1 ? undefined : kept.splice(index, 1)[0];
  waiting.splice(0, waiting.length, ...kept);
  return next;
}
