import { createBell } from "./bell.ts";

/**
 * The resumable stream, written once for everything that is numbered without gaps: a document's changes and a
 * workspace's events. The database has all of it; what is passed along beside it only saves asking.
 */

/** Something with a number in its sequence. */
export interface Numbered {
  readonly seq: number;
}

/** News of a sequence: a new element itself, or only that there is one up to a number. */
export type News<Item extends Numbered> = { item: Item } | { upTo: number };

export interface StreamSource<Item extends Numbered> {
  /** Calls `onNews` with what happens from now on, in any order, perhaps twice, perhaps not at all; until it is stopped. */
  listen(onNews: (news: News<Item>) => void): () => void;
  /**
   * The elements after a number, in order and without gaps: as many as fit a page, none if there are none.
   * @throws AppError RESYNC_REQUIRED when they are not kept any more.
   */
  fetch(after: number): Promise<Item[]>;
  /** How many bytes an element holds, where they are worth counting. */
  weigh?(item: Item): number;
}

/**
 * How many elements wait for a reader, and how many bytes of them. Beyond it they are dropped, and fetched when the reader
 * comes to them.
 */
const maxWaiting = { items: 256, bytes: 1024 * 1024 };

/**
 * Each element after number `after`, once and in order, for as long as `signal` lets it.
 *
 * It listens before it fetches, so that nothing falls between; what was fetched already is dropped by its number, and
 * a missing number is fetched. A reader that does not read holds a bounded number of elements, however many come.
 */
export async function* resumable<Item extends Numbered>(
  source: StreamSource<Item>,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<Item, void> {
  const waiting: Item[] = [];
  const weigh = (item: Item) => source.weigh?.(item) ?? 0;
  const mayWait = (item: Item) =>
    waiting.length < maxWaiting.items &&
    waiting.reduce((bytes, one) => bytes + weigh(one), weigh(item)) <= maxWaiting.bytes;
  let last = after;
  let heardOf = after;
  let caughtUp = false;
  using bell = createBell(signal);
  const stop = source.listen((news) => {
    heardOf = Math.max(heardOf, "item" in news ? news.item.seq : news.upTo);
    if ("item" in news && mayWait(news.item)) waiting.push(news.item);
    bell.ring();
  });
  try {
    while (!signal.aborted) {
      const next = takeNext(waiting, last);
      if (next !== undefined) {
        last = next.seq;
        yield next;
      } else if (!caughtUp || heardOf > last) {
        const asked = heardOf;
        const items = await source.fetch(last);
        for (const item of items) {
          if (signal.aborted) return;
          last = item.seq;
          yield item;
        }
        if (items.length > 0) continue;
        caughtUp = true;
        // What was only heard of is not there: wait for more, rather than ask again and again.
        if (heardOf === asked) heardOf = last;
      } else await bell.rung();
    }
  } finally {
    stop();
  }
}

/** Takes the element after `last` from those that wait, and drops those before it. */
function takeNext<Item extends Numbered>(waiting: Item[], last: number): Item | undefined {
  const kept = waiting.filter(({ seq }) => seq > last);
  const index = kept.findIndex(({ seq }) => seq === last + 1);
  const next = index === -1 ? undefined : kept.splice(index, 1)[0];
  waiting.splice(0, waiting.length, ...kept);
  return next;
}
