import { createRandom, type Random } from "./random.ts";
import { installVirtualTime, realTimers, type VirtualTime } from "./virtual-time.ts";

/** The delay of messages in simulated milliseconds: usually short, sometimes much longer. */
export interface Latency {
  usual: number;
  /** The probability of a delay of up to `slow`. */
  isSlow: number;
  slow: number;
}

/** Runs events in a seeded order. Only consequences of a step happen before the next one. */
export interface Scheduler extends AsyncDisposable {
  readonly seed: number;
  readonly time: VirtualTime;
  /** The random stream of a purpose. Repeated calls continue the same stream. */
  random(purpose: string): Random;
  /** The delay of the next message of a channel. */
  delay(channel: string, latency: Latency): number;
  /** Records an input from a source that is not in the queue of `time`. */
  note(line?: string): void;
  /** Registers a function that waits, at the end of each step, for work outside of this process. */
  onSettle(wait: () => Promise<void>): void;
  /** Runs the next event and its immediate consequences. */
  step(): Promise<boolean>;
  /** Waits for the consequences of previous work. */
  settle(): Promise<void>;
  /** Runs steps until the promise settles. */
  drive<T>(work: Promise<T>): Promise<T>;
  /** The events so far, if tracing is enabled. */
  readonly trace: readonly string[];
}

/** The number of turns of the event loop without input after which none is expected. */
const quietTurns = 4;

export function createScheduler(seed: number, { traces = false }: { traces?: boolean } = {}): Scheduler {
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
      const isQuiet = notes + time.added === before && time.pendingCrypto === 0;
      quiet = isQuiet ? quiet + 1 : 0;
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
      if (!isDone()) throw new Error("The queue is empty, but a promise is pending.");
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
