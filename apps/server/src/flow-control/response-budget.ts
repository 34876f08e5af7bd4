import { AppError } from "@mdreader/api";

import type { ByteAccount, ByteBudget } from "./byte-budget.ts";

/** Limits for the responses of one caller, over all of the caller's sockets and requests. */
export interface ResponseLimits {
  /** Unread bytes at which further calls wait. */
  maxUnreadBytes: number;
  /** Concurrent queries, and concurrent mutations that return texts. Each response can be megabytes large. */
  slots: number;
  /** Maximum number of waiting calls. */
  maxWaiting: number;
  maxWaitMs: number;
}

const MiB = 1024 * 1024;

export const defaultResponseLimits: ResponseLimits = {
  maxUnreadBytes: 8 * MiB,
  slots: 6,
  maxWaiting: 5_000,
  // Shorter than the timeout of a call.
  maxWaitMs: 15_000,
};

/** The space that a call needs before it runs. */
export interface ResponseSpace {
  kind: "query" | "mutation";
  /** The number of responses that can be large; 0 if none can. */
  slots: number;
}

/** Makes calls wait while their caller has not read earlier responses, so that unread responses don't fill the memory. */
export interface ResponseBudget {
  /** The number of callers who have calls or unread responses. */
  readonly activeCallers: number;
  /** Opens an account for the unread bytes of one connection or response. */
  open(owner: string): ByteAccount;
  /**
   * Waits until the caller has room for the responses. Calls of one caller run in the order of their arrival, and never
   * wait for other callers.
   * @returns A function that frees the room. Call it when the responses have been written, and are counted as unread.
   * @throws AppError RATE_LIMITED after too long, or if too many calls are waiting. The call has not run then.
   */
  reserve(owner: string, space: ResponseSpace): Promise<() => void> | (() => void);
}

interface WaitingCall {
  space: ResponseSpace;
  start(leave: () => void): void;
}

interface Caller {
  unreadBytes: number;
  slotsInUse: Record<ResponseSpace["kind"], number>;
  waiting: Set<WaitingCall>;
}

/** @param bytes Also limits the bytes of all callers together, including the bodies that they send. */
export function createResponseBudget(bytes: ByteBudget, limits: ResponseLimits): ResponseBudget {
  const callers = new Map<string, Caller>();
  const { maxUnreadBytes, maxWaiting, maxWaitMs } = limits;

  function find(owner: string): Caller {
    const existing = callers.get(owner);
    if (existing !== undefined) return existing;
    const added = { unreadBytes: 0, slotsInUse: { query: 0, mutation: 0 }, waiting: new Set<WaitingCall>() };
    callers.set(owner, added);
    return added;
  }

  function hasRoom({ unreadBytes, slotsInUse }: Caller, { kind, slots }: ResponseSpace): boolean {
    const free = limits.slots - slotsInUse[kind];
    return unreadBytes < maxUnreadBytes && (slots === 0 || free >= Math.min(slots, limits.slots));
  }

  function occupy(owner: string, caller: Caller, { kind, slots }: ResponseSpace): () => void {
    if (slots === 0) return () => {};
    const count = Math.min(slots, limits.slots);
    let isFree = false;
    caller.slotsInUse[kind] += count;
    return () => {
      if (isFree) return;
      isFree = true;
      caller.slotsInUse[kind] -= count;
      advance(owner, caller);
    };
  }

  /** Starts the waiting calls that have room now, in order. */
  function advance(owner: string, caller: Caller): void {
    const isBlocked = { query: false, mutation: false };
    for (const call of caller.waiting) {
      const { kind, slots } = call.space;
      if (slots > 0 && isBlocked[kind]) continue;
      if (hasRoom(caller, call.space)) call.start(occupy(owner, caller, call.space));
      else isBlocked[kind] = true;
    }
    removeIfIdle(owner, caller);
  }

  function removeIfIdle(owner: string, { unreadBytes, slotsInUse, waiting }: Caller): void {
    if (unreadBytes + slotsInUse.query + slotsInUse.mutation + waiting.size === 0) callers.delete(owner);
  }

  return {
    get activeCallers() {
      return callers.size;
    },
    open(owner) {
      const account = bytes.open(owner);
      let accountBytes = 0;
      const set = (count: number) => {
        const caller = find(owner);
        const isLess = count < accountBytes;
        caller.unreadBytes += count - accountBytes;
        accountBytes = count;
        if (isLess) advance(owner, caller);
      };
      return {
        setBytes(count) {
          if (count !== accountBytes) set(count);
          return account.setBytes(count);
        },
        close() {
          if (accountBytes !== 0) set(0);
          account.close();
        },
      };
    },
    reserve(owner, space) {
      const caller = find(owner);
      if (caller.waiting.size === 0 && hasRoom(caller, space)) {
        const leave = occupy(owner, caller, space);
        removeIfIdle(owner, caller);
        return leave;
      }
      const tooMany = () => new AppError("RATE_LIMITED", { retryAfter: 5 });
      if (caller.waiting.size >= maxWaiting) throw tooMany();
      return new Promise((resolve, reject) => {
        const call: WaitingCall = {
          space,
          start(leave) {
            clearTimeout(timer);
            caller.waiting.delete(call);
            resolve(leave);
          },
        };
        const timer = setTimeout(() => {
          caller.waiting.delete(call);
          reject(tooMany());
          advance(owner, caller);
        }, maxWaitMs);
        caller.waiting.add(call);
        advance(owner, caller);
      });
    },
  };
}
