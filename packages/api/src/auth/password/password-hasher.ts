import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";

import * as argon2 from "@node-rs/argon2";

import type { PasswordHasher } from "../../ports.ts";
import { createFairQueue, type QueuedJob } from "../../util/fair-queue.ts";
import { isPasswordHash } from "./password-hash.ts";

/** 64 MiB and three passes; argon2id is the library's default. */
const defaultMemoryKib = 64 * 1024;
const defaultPasses = 3;

/**
 * Hashes that are computed at once. One core, where there are several, is reserved for the event loop, and at least two
 * of libuv's four threads for other work.
 */
const hashConcurrency = Math.max(1, Math.min(2, availableParallelism() - 1));

/** Maximum queue length: enough for a class or a company that signs in at once, and small enough for memory. */
const defaultWaitingLimit = 1000;

/** Maximum queue length per user or network, so that the others are not crowded out. */
const maxWaitingPerOwner = 500;

/**
 * Maximum wait in the queue, in milliseconds. Calls time out after 20 seconds; a registration that starts later would
 * succeed although its user was told that it failed.
 */
const defaultMaxWaitMs = 15_000;

/** Enough for the queue to have advanced. */
const retryAfterSeconds = 5;

export interface PasswordHasherOptions {
  /** The maximum queue length. */
  waitingLimit?: number;
  /** The maximum wait in milliseconds. */
  maxWaitMs?: number;
  /** The memory and the passes of a hash. Only tests use less than the default. */
  memoryKib?: number;
  passes?: number;
}

/**
 * Creates a hasher that runs argon2id on libuv's threads, with a limited concurrency. Other jobs queue: users and
 * networks take turns, and sign-ins have priority. When the queue is full or the wait too long, the call fails with
 * UNAVAILABLE and nothing is hashed.
 */
export function createPasswordHasher({
  waitingLimit = defaultWaitingLimit,
  maxWaitMs = defaultMaxWaitMs,
  memoryKib = defaultMemoryKib,
  passes = defaultPasses,
}: PasswordHasherOptions = {}): PasswordHasher {
  const argon2Options = { memoryCost: memoryKib, timeCost: passes, parallelism: 1 };
  const dummyHash = createDummyHash(argon2Options);
  const enqueue = createFairQueue({
    concurrency: hashConcurrency,
    maxWaiting: waitingLimit,
    maxWaitingPerOwner,
    maxWaitMs,
    retryAfterSeconds,
  });
  return {
    hash: (password: string, job: QueuedJob) =>
      enqueue(job, () => argon2.hash(normalizePassword(password), argon2Options)),
    verify: (hash: string | null, password: string, job: QueuedJob) =>
      enqueue(job, () =>
        argon2.verify(hash !== null && isPasswordHash(hash) ? hash : dummyHash, normalizePassword(password)),
      ),
  };
}

/** Keyboards send accented letters composed or decomposed. Both must be the same password. */
const normalizePassword = (password: string) => password.normalize("NFKC");

/** Creates a hash of random bytes. A comparison with it takes as long as any other, and always fails. */
function createDummyHash({ memoryCost, timeCost, parallelism }: argon2.Options): string {
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${createRandomBase64(16)}$${createRandomBase64(32)}`;
}

const createRandomBase64 = (bytes: number) => randomBytes(bytes).toString("base64").replaceAll("=", "");
