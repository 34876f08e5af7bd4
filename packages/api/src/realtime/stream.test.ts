import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type StreamUpdate, type Sequenced, resumableStream, type StreamSource } from "./stream.ts";

/** A sequence whose updates can be delivered, delayed or lost. */
function createSequence() {
  const all: Sequenced[] = [];
  const listeners = new Set<(news: StreamUpdate<Sequenced>) => void>();
  let fetches = 0;
  let gone = 0;
  const source: StreamSource<Sequenced> = {
    listen(onNews) {
      listeners.add(onNews);
      return () => listeners.delete(onNews);
    },
    async fetch(after) {
      fetches += 1;
      return {
        items: all.slice(0, after + 3).filter(({ seq }) => seq > Math.max(after, gone)),
        newest: all.length,
      };
    },
  };
  return {
    source,
    listeners,
    fetches: () => fetches,
    /** Removes all elements up to a number. */
    fold(upTo: number) {
      gone = upTo;
    },
    /** Rolls back to a number. */
    restore(to: number) {
      all.length = to;
    },
    append() {
      const item = { seq: all.length + 1 };
      all.push(item);
      return item;
    },
    tell(news: StreamUpdate<Sequenced>) {
      for (const listener of listeners) listener(news);
    },
  };
}

/** Reads until number `last` is received. */
async function readTo(stream: AsyncGenerator<Sequenced>, last: number): Promise<number[]> {
  const numbers: number[] = [];
  while (numbers.at(-1) !== last) {
    const { value, done } = await stream.next();
    if (done === true) break;
    numbers.push(value.seq);
  }
  return numbers;
}

const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe("a resumable stream", () => {
  it("yields all elements after a number, then new ones", async () => {
    const sequence = createSequence();
    for (const _ of upTo(1, 10)) sequence.append();
    const stream = resumableStream(sequence.source, 4, new AbortController().signal);
    expect(await readTo(stream, 10)).toEqual(upTo(5, 10));
    const next = stream.next();
    sequence.tell({ item: sequence.append() });
    expect((await next).value).toEqual({ seq: 11 });
  });

  it("yields each element once and in order, even if updates are lost, repeated or out of order", async () => {
    const fate = fc.constantFrom("told", "told twice", "only numbered", "lost", "late");
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 40 }), fc.nat(5), async (fates, before) => {
        const sequence = createSequence();
        for (let count = 0; count < before; count += 1) sequence.append();
        const stream = resumableStream(sequence.source, 0, new AbortController().signal);
        const reading = readTo(stream, before + fates.length);
        const late: Sequenced[] = [];
        for (const what of fates) {
          const item = sequence.append();
          if (what === "told" || what === "told twice") sequence.tell({ item });
          if (what === "told twice") sequence.tell({ item });
          if (what === "only numbered") sequence.tell({ upTo: item.seq });
          if (what === "late") late.push(item);
          await Promise.resolve();
        }
        for (const item of late.toReversed()) sequence.tell({ item });
        sequence.tell({ upTo: before + fates.length });
        expect(await reading).toEqual(upTo(1, before + fates.length));
      }),
    );
  });

  it("sends elements directly when the reader waits for the next one, and yields the others", async () => {
    const step = fc.record({ refused: fc.boolean(), isLost: fc.boolean(), turns: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const sequence = createSequence();
        const ended = new AbortController();
        const delivered: number[] = [];
        let refuses = false;
        const sendDirectly = ({ seq }: Sequenced) => {
          if (!refuses) delivered.push(seq);
          return !refuses;
        };
        const stream = resumableStream({ ...sequence.source, sendDirectly }, 0, ended.signal);
        const reading = (async () => {
          for await (const { seq } of stream) delivered.push(seq);
        })();
        for (const { refused, isLost, turns } of steps) {
          refuses = refused;
          const item = sequence.append();
          if (!isLost) sequence.tell({ item });
          for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
        }
        sequence.tell({ upTo: steps.length });
        await expect.poll(() => delivered).toEqual(upTo(1, steps.length));
        ended.abort();
        sequence.tell({ item: sequence.append() });
        await reading;
        expect(delivered).toHaveLength(steps.length);
      }),
    );
  });

  it("queues a bounded number of elements for a stalled reader, and loses none", async () => {
    const sequence = createSequence();
    const stream = resumableStream(sequence.source, 0, new AbortController().signal);
    sequence.append();
    await stream.next();
    for (let count = 0; count < 1000; count += 1) sequence.tell({ item: sequence.append() });
    expect(await readTo(stream, 1001)).toEqual(upTo(2, 1001));
    expect(sequence.fetches()).toBeGreaterThan(200);
  });

  it("queues a bounded number of bytes for a stalled reader", async () => {
    const sequence = createSequence();
    const sizeOf = () => 300_000;
    const stream = resumableStream({ ...sequence.source, sizeOf }, 0, new AbortController().signal);
    sequence.append();
    await stream.next();
    for (let count = 0; count < 30; count += 1) sequence.tell({ item: sequence.append() });
    expect(await readTo(stream, 31)).toEqual(upTo(2, 31));
    // Three of the thirty elements were queued. The others were fetched, three at a time.
    expect(sequence.fetches()).toBeGreaterThan(8);
  });

  it("fetches once if a page has all elements", async () => {
    const sequence = createSequence();
    const ended = new AbortController();
    for (let count = 0; count < 3; count += 1) sequence.append();
    const stream = resumableStream(sequence.source, 0, ended.signal);
    expect(await readTo(stream, 3)).toEqual([1, 2, 3]);
    const next = stream.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sequence.fetches()).toBe(1);
    ended.abort();
    expect((await next).done).toBe(true);
  });

  it("fetches once for an announced element that does not exist", async () => {
    const sequence = createSequence();
    const ended = new AbortController();
    const stream = resumableStream(sequence.source, 0, ended.signal);
    const next = stream.next();
    sequence.tell({ upTo: 5 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sequence.fetches()).toBeLessThanOrEqual(2);
    ended.abort();
    expect((await next).done).toBe(true);
  });

  it("stops listening when its reader leaves or the signal aborts", async () => {
    const sequence = createSequence();
    sequence.append();
    const left = resumableStream(sequence.source, 0, new AbortController().signal);
    await left.next();
    await left.return();
    const ended = new AbortController();
    const aborted = resumableStream(sequence.source, 1, ended.signal);
    const waiting = aborted.next();
    expect(sequence.listeners.size).toBe(1);
    ended.abort();
    await waiting;
    expect(sequence.listeners.size).toBe(0);
  });

  describe.each([
    ["up to its newest element", 30],
    ["in part", 20],
  ])("whose log was folded %s", (_how, folded) => {
    it("requires a stalled reader to resync, and skips nothing", async () => {
      const sequence = createSequence();
      sequence.append();
      const stream = resumableStream(sequence.source, 0, new AbortController().signal);
      expect(await readTo(stream, 1)).toEqual([1]);
      for (let count = 0; count < 29; count += 1) sequence.append();
      sequence.fold(folded);
      sequence.tell({ upTo: 30 });
      await expect(stream.next()).rejects.toMatchObject({ reason: "RESYNC_REQUIRED" });
    });

    it("requires a reader that starts before that to resync", async () => {
      const sequence = createSequence();
      for (let count = 0; count < 30; count += 1) sequence.append();
      sequence.fold(folded);
      const stream = resumableStream(sequence.source, 10, new AbortController().signal);
      await expect(stream.next()).rejects.toMatchObject({ reason: "RESYNC_REQUIRED" });
    });
  });

  it("yields only consecutive elements, whatever the source returns", async () => {
    const sequence = createSequence();
    const source = {
      ...sequence.source,
      fetch: async () => ({ items: [{ seq: 1 }, { seq: 3 }], newest: 3 }),
    };
    const stream = resumableStream(source, 0, new AbortController().signal);
    expect((await stream.next()).value).toEqual({ seq: 1 });
    await expect(stream.next()).rejects.toMatchObject({ reason: "RESYNC_REQUIRED" });
  });

  it("requires a resync if the sequence ends before the reader's position", async () => {
    const sequence = createSequence();
    for (let count = 0; count < 3; count += 1) sequence.append();
    const beyond = resumableStream(sequence.source, 5, new AbortController().signal);
    await expect(beyond.next()).rejects.toMatchObject({ reason: "RESYNC_REQUIRED" });

    const stream = resumableStream(sequence.source, 0, new AbortController().signal);
    await readTo(stream, 3);
    const next = stream.next();
    sequence.restore(1);
    sequence.tell({ isUncertain: true });
    await expect(next).rejects.toMatchObject({ reason: "RESYNC_REQUIRED" });
  });
});
