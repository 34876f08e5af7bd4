import { createRandom, type Random } from "./random.ts";
import { installVirtualTime, realTimers, type VirtualTime } from "./virtual-time.ts";

/** How long messages are under way, in milliseconds of the simulation: mostly short, now and then much longer. */
export interface Latency {
  usual: number;
  /** How likely one takes up to `slow` instead. */
  isSlow: number;
  slow: number;
}

/** What happens, and in which order: nothing happens in between two steps but what follows from the first. */
export interface World extends AsyncDisposable {
  readonly seed: number;
  readonly time: VirtualTime;
  /** A stream of numbers for a purpose; asked again, it goes on. */
  random(purpose: string): Random;
  /** How long the next message of a channel is under way. */
  delay(channel: string, latency: Latency): number;
  /** Notes that something has come in, from whatever does not wait in `time`. */
  note(line?: string): void;
  /** Is asked at the end of each step to wait for what is under way outside of this process. */
  onSettle(wait: () => Promise<void>): void;
  /** Lets the next thing happen, and all that follows from it at once. */
  step(): Promise<boolean>;
  /** Waits for what follows from what has just been done. */
  settle(): Promise<void>;
  /** Goes on until the answer is there. */
  drive<T>(work: Promise<T>): Promise<T>;
  /** What has happened so far, where that is wanted. */
  readonly trace: readonly string[];
}

/** After so many turns of the event loop in which nothing came in, nothing will. */
const quietTurns = 4;

export function createWorld(seed: number, { traces = false }: { traces?: boolean } = {}): World {
  const streams = new Map<string, Random>();
  const random = (purpose: string) => {
    const stream = streams.get(purpose) ?? createRandom(seed, purpose);
    streams.set(purpose, stream);
    return stream;
  };
  const time = installVirtualTime(() => random("Math.random").next());
  const trace: string[] = [];
  let notes = 0;
  let outside = async () => {};

  const settle = async () => {
    for (let quiet = 0; quiet < quietTurns;) {
      const before = notes + time.added;
      await new Promise<void>((resolve) => {
        realTimers.setImmediate(resolve);
      });
      await outside();
      quiet = notes + time.added === before ? quiet + 1 : 0;
    }
  };
  const step = async () => {
    const stepped = time.step();
    await settle();
    return stepped;
  };

  return {
    seed,
    time,
    random,
    delay(channel, { usual, isSlow, slow }) {
      const stream = random(`latency of ${channel}`);
      return stream.isLikely(isSlow) ? stream.between(usual, slow) : stream.between(0, usual);
    },
    note(line) {
      notes += 1;
      if (traces && line !== undefined) trace.push(`${time.now().toFixed(2)} ${line}`);
    },
    onSettle(wait) {
      outside = wait;
    },
    step,
    settle,
    async drive(work) {
      let done = false;
      const end = () => {
        done = true;
      };
      const isDone = () => done;
      work.then(end, end);
      await settle();
      while (!isDone() && (await step()));
      if (!isDone()) throw new Error("Nothing will happen any more, but something is waited for.");
      return work;
    },
    trace,
    async [Symbol.asyncDispose]() {
      await settle();
      time.clear();
      time[Symbol.dispose]();
    },
  };
}
