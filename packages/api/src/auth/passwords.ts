import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";

import * as argon2 from "@node-rs/argon2";
import pLimit from "p-limit";

import { AppError } from "../errors.ts";
import type { PasswordHasher } from "../ports.ts";

/** 64 MiB in three passes; argon2id is the library's default. */
const cost = { memoryCost: 64 * 1024, timeCost: 3, parallelism: 1 };

/**
 * How many are hashed at once. A core is left to the event loop where there are several, and of libuv's four threads
 * at least two to all else that uses them.
 */
const lanes = Math.max(1, Math.min(2, availableParallelism() - 1));

/** How many may wait for a lane: some seconds' worth. */
const defaultWaitingLimit = 64;

/** Seconds after which a full queue has room again. */
const retryAfter = 5;

/**
 * Hashes passwords with argon2id on libuv's threads, a bounded number at a time; beyond the bound it answers
 * UNAVAILABLE at once, so that a flood of log-ins costs neither memory nor everyone's patience.
 *
 * @param options `waitingLimit` is how many may wait for their turn.
 */
export function createPasswordHasher({ waitingLimit = defaultWaitingLimit } = {}): PasswordHasher {
  const limit = pLimit(lanes);
  const unmatchable = hashOfNoPassword();

  const queued = async <T>(job: () => Promise<T>): Promise<T> => {
    if (limit.pendingCount >= waitingLimit) throw new AppError("UNAVAILABLE", { retryAfter });
    return limit(job);
  };

  return {
    hash: (password) => queued(() => argon2.hash(normal(password), cost)),
    verify: (hash, password) =>
      queued(() => argon2.verify(isArgon2(hash) ? hash : unmatchable, normal(password))),
  };
}

/** One keyboard sends a letter with its accent, another the two apart: both are the same password. */
const normal = (password: string) => password.normalize("NFKC");

/** Whether there is a hash to compare with. An account without a password has something else in its place, or nothing. */
const isArgon2 = (hash: string | null): hash is string => hash?.startsWith("$argon2id$") ?? false;

/** What a hash looks like, made of chance: comparing with it takes as long as with any other, and always fails. */
function hashOfNoPassword(): string {
  const { memoryCost, timeCost, parallelism } = cost;
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${chance(16)}$${chance(32)}`;
}

const chance = (bytes: number) => randomBytes(bytes).toString("base64").replaceAll("=", "");
