import { AsyncLocalStorage } from "node:async_hooks";
import { syncBuiltinESMExports } from "node:module";
import type { TimerOptions } from "node:timers";
import timersPromises from "node:timers/promises";

/**
 * Virtual time that advances on demand. Messages and timers of the code under test share one queue and run one at a time, in
 * order.
 */
export interface VirtualTime extends Disposable {
  /** Milliseconds since the start. */
  now(): number;
  /** Runs `work` after the given milliseconds. @returns A function that cancels it. */
  after(ms: number, work: () => void): () => void;
  /** Advances to the next entry and runs it. @returns False if the queue is empty. */
  step(): boolean;
  /** The number of entries added so far. */
  readonly added: number;
  /** The number of operations of Web Crypto in progress. They run in other threads, in real time. */
  readonly pendingCrypto: number;
  /** Removes all entries. */
  clear(): void;
}

/** The real timers, for work outside of the simulation. */
export const realTimers = {
  setTimeout: globalThis.setTimeout,
  setImmediate: globalThis.setImmediate,
};

/**
 * Whether code is part of a schedule. Test files share a process, so timers of earlier files may still run: they keep real
 * time, and don't use up the schedule's random numbers.
 */
const simulated = new AsyncLocalStorage<boolean>();
const isSimulated = () => simulated.getStore() === true;

interface Waiting {
  at: number;
  order: number;
  work: (() => void) | null;
}

/** Replaces the global timers, clocks and random sources until it is disposed. */
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

  simulated.enterWith(true);
  const restore = replaceGlobals(after, () => begun + now, random);
  const webCrypto = countCryptoOperations();
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
    get pendingCrypto() {
      return webCrypto.pending;
    },
    clear: () => void queue.splice(0),
    [Symbol.dispose]() {
      webCrypto.restore();
      restore();
    },
  };
}

/** Finds the position of an entry. The last entry of the queue runs next. */
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

/** A timer like Node's. It never keeps the process alive. */
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
    isSimulated() ? new Timer(() => after(ms, () => run(...values))) : setTimeout(run, ms, ...values);
  const repeat = (run: (...values: unknown[]) => void, ms = 0, ...values: unknown[]) => {
    if (!isSimulated()) return setInterval(run, ms, ...values);
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
  Math.random = () => (isSimulated() ? random() : realRandom());
  replaceOwn(performance, "now", () => begunAt + now() - begun);
  replaceOwn(crypto, "getRandomValues", <T extends NodeJS.TypedArray>(array: T): T => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = Math.floor(Math.random() * 256);
    return array;
  });
  const delay = (ms?: number, value?: unknown, options?: TimerOptions) =>
    isSimulated()
      ? new Promise((resolve) => after(ms ?? 0, () => resolve(value)))
      : realDelay(ms, value, options);
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

/** The operations that sign and verify tokens. */
const cryptoOperations = ["importKey", "sign", "verify"] as const;

function countCryptoOperations(): { readonly pending: number; restore(): void } {
  let pending = 0;
  for (const name of cryptoOperations) {
    const real: (...given: never[]) => Promise<unknown> = crypto.subtle[name];
    replaceOwn(crypto.subtle, name, (...given: never[]) => {
      pending += 1;
      return Reflect.apply(real, crypto.subtle, given).finally(() => {
        pending -= 1;
      });
    });
  }
  return {
    get pending() {
      return pending;
    },
    restore() {
      for (const name of cryptoOperations) Reflect.deleteProperty(crypto.subtle, name);
    },
  };
}

/** Overrides an inherited method on an object. */
const replaceOwn = (object: object, name: string, value: unknown) =>
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
