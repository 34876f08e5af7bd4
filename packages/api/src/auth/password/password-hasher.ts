import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";

import * as argon2 from "@node-rs/argon2";

import type { PasswordHasher } from "../../ports.ts";
import { createFairQueue, type QueuedJob } from "../../util/fair-queue.ts";

/** 64 MiB in three passes; argon2id is the library's default. */
const argon2Options = { memoryCost: 64 * 1024, timeCost: 3, parallelism: 1 };

/**
 * How many are hashed at once. A core is left to the event loop where there are several, and of libuv's four threads
 * at least two to all else that uses them.
 */
const hashConcurrency = Math.max(1, Math.min(2, availableParallelism() - 1));

/** How many may wait for a lane: a class or a company that signs in at once, and what memory does not notice. */
const defaultWaitingLimit = 1000;

/** How many of one person or network may: the others find room beside them. */
const maxWaitingPerOwner = 500;

/**
 * How long one may wait for a lane, in milliseconds. A call is answered within twenty seconds; a registration whose turn
 * came after that would be made, and its person told that it was not.
 */
const defaultMaxWaitMs = 15_000;

/** By then the queue has moved. */
const retryAfterSeconds = 5;

/**
 * Hashes passwords with argon2id on libuv's threads, a bounded number at a time. The others wait; people and networks take
 * turns, and sign-ins go first. A caller who would be one too many, or has waited too long, is answered UNAVAILABLE, and
 * nothing is done for them.
 *
 * @param options `waitingLimit` is how many may wait for their turn, `maxWaitMs` how long, in milliseconds.
 */
export function createPasswordHasher({
  waitingLimit = defaultWaitingLimit,
  patience: maxWaitMs = defaultMaxWaitMs,
} = {}): PasswordHasher {
  const unmatchable = createDummyHash();
  const inTurn = createFairQueue({
    concurrency: hashConcurrency,
    maxWaiting: waitingLimit,
    maxWaitingPerOwner,
    maxWaitMs: maxWaitMs,
    retryAfterSeconds,
  });
  return {
    hash: (password: string, turn: QueuedJob) =>
      inTurn(turn, () => argon2.hash(normalizePassword(password), argon2Options)),
    verify: (hash: string | null, password: string, turn: QueuedJob) =>
      inTurn(turn, () => argon2.verify(isArgon2(hash) ? hash : unmatchable, normalizePassword(password))),
  };
}

/** One keyboard sends a letter with its accent, another the two apart: both are the same password. */
const normalizePassword = (password: string) => password.normalize("NFKC");

/** Whether there is a hash to compare with. An account without a password has something else in its place, or nothing. */
const isArgon2 = (hash: string | null): hash is string => hash?.startsWith("$argon2id$") ?? false;

/** What a hash looks like, made of chance: comparing with it takes as long as with any other, and always fails. */
function createDummyHash(): string {
  const { memoryCost, timeCost, parallelism } = argon2Options;
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${randomBase64(16)}$${randomBase64(32)}`;
}

const randomBase64 = (bytes: number) => randomBytes(bytes).toString("base64").replaceAll("=", "");
