import { syncBuiltinESMExports } from "node:module";
import timersPromises from "node:timers/promises";

/**
 * Time that passes when it is told to. What waits for a moment, a message or a timer of the code under test, is in one
 * queue, and happens one after the other in its order.
 */
export interface VirtualTime extends Disposable {
  /** Milliseconds since the beginning. */
  now(): number;
  /** Runs `work` after so many milliseconds; the answer calls it off. */
  after(ms: number, work: () => void): () => void;
  /** Goes to the next moment at which something happens, and lets it happen. @returns False where nothing waits. */
  step(): boolean;
  /** How many things were added so far. */
  readonly added: number;
  /** Forgets all that waits. */
  clear(): void;
}

/** The real ones, for what waits for the world outside. */
export const realTimers = {
  setTimeout: globalThis.setTimeout,
  setImmediate: globalThis.setImmediate,
};

interface Waiting {
  at: number;
  order: number;
  work: (() => void) | null;
}

/** Takes the place of the global timers, the clocks and the sources of chance until it is disposed of. */
export function installVirtualTime(random: () => number): VirtualTime {
  const queue: Waiting[] = [];
  const begun = Date.now();
  let now = 0;
  let added = 0;

  const after = (ms: number, work: () => void) => {
    const waiting: Waiting = { at: now + Math.max(0, ms), order: (added += 1), work };
    queue.splice(findPlace(queue, waiting), 0, waiting);
    return () => {
      waiting.work = null;
    };
  };

  const restore = replaceGlobals(after, () => begun + now, random);
  return {
    now: () => now,
    after,
    step() {
      for (;;) {
        const next = queue.pop();
        if (next === undefined) return false;
        if (next.work === null) continue;
        now = next.at;
        next.work();
        return true;
      }
    },
    get added() {
      return added;
    },
    clear: () => void queue.splice(0),
    [Symbol.dispose]: restore,
  };
}

/** The queue's end is what comes next. */
function findPlace(queue: readonly Waiting[], { at, order }: Waiting): number {
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = queue[middle];
    const isLater = other !== undefined && (other.at > at || (other.at === at && other.order > order));
    if (isLater) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A timer as Node gives it out; it holds no process. */
class Timer {
  #cancel: () => void;
  readonly #start: () => () => void;
  constructor(start: () => () => void) {
    this.#start = start;
    this.#cancel = start();
  }
  ref = () => this;
  unref = () => this;
  hasRef = () => false;
  refresh() {
    this.#cancel();
    this.#cancel = this.#start();
    return this;
  }
  close() {
    this.#cancel();
    return this;
  }
  [Symbol.dispose]() {
    this.#cancel();
  }
}

function replaceGlobals(after: VirtualTime["after"], now: () => number, random: () => number): () => void {
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
  const { now: realNow } = Date;
  const { random: realRandom } = Math;
  const begunAt = performance.now();
  const begun = now();
  const { setTimeout: realDelay } = timersPromises;
  const clear = (real: (timer?: NodeJS.Timeout) => void) => (timer: unknown) =>
    timer instanceof Timer ? void timer.close() : real(timer as NodeJS.Timeout); // it was set before
  const start = (run: (...values: unknown[]) => void, ms = 0, ...values: unknown[]) =>
    new Timer(() => after(ms, () => run(...values)));
  const repeat = (run: (...values: unknown[]) => void, ms = 0, ...values: unknown[]) => {
    const timer: Timer = new Timer(() =>
      after(ms, () => {
        timer.refresh();
        run(...values);
      }),
    );
    return timer;
  };
  Object.assign(globalThis, {
    setTimeout: start,
    clearTimeout: clear(clearTimeout),
    setInterval: repeat,
    clearInterval: clear(clearInterval),
  });
  Date.now = now;
  Math.random = random;
  replaceOwn(performance, "now", () => begunAt + now() - begun);
  replaceOwn(crypto, "getRandomValues", <T extends NodeJS.TypedArray>(array: T): T => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = Math.floor(random() * 256);
    return array;
  });
  const delay = (ms?: number, value?: unknown) =>
    new Promise((resolve) => after(ms ?? 0, () => resolve(value)));
  Object.assign(timersPromises, { setTimeout: delay });
  syncBuiltinESMExports();
  return () => {
    Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
    Date.now = realNow;
    Math.random = realRandom;
    Reflect.deleteProperty(performance, "now");
    Reflect.deleteProperty(crypto, "getRandomValues");
    Object.assign(timersPromises, { setTimeout: realDelay });
    syncBuiltinESMExports();
  };
}

/** Covers a method that an object inherits. */
const replaceOwn = (object: object, name: string, value: unknown) =>
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
