import { createHmac, type KeyObject } from "node:crypto";

import { type Action, maxKeyLength, minKeyLength, policy, type Role } from "@mdreader/contract";
import { idempotentCalls, users, workspaceMembers } from "@mdreader/db";
import { and, eq, lt, sql } from "drizzle-orm";

import { authorize } from "../access/authorize.ts";
import type { Caller } from "../access/identity.ts";
import { lacksRequiredSecondFactor } from "../access/second-factor-proof.ts";
import { deriveSigningKeys } from "../auth/signing-keys.ts";
import { AppError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { batchSize, deleteInBatches } from "../util/delete-in-batches.ts";
import { keyReservations } from "./key-reservations.ts";

/**
 * Idempotency keys: a caller gives each mutation a key, and may send it again when the response is lost. The first call
 * reserves the key before it runs, so that it takes effect at most once. Later ones get its result, if the caller is still
 * allowed to see it.
 */

/** A mutation with a key. */
export interface KeyedCall {
  caller: Caller;
  key: string;
  /** The name of the procedure. */
  path: string;
  input: unknown;
}

/** A reserved key. It is held until the call is over, even if its response has timed out. */
export interface Reservation {
  /** Stores the result, in the workspace that the caller acted in, if any. */
  complete(result: unknown, workspaceId: string | null): Promise<void>;
  /** Releases the key, because the call has failed and changed nothing. */
  release(): Promise<void>;
  /** Keeps the key, because nobody knows whether the call took effect. */
  abandon(): Promise<void>;
}

type CallPorts = Pick<Ports, "database">;

const keyPattern = new RegExp(`^[\\w.:-]{${minKeyLength},${maxKeyLength}}$`);

/**
 * Finds the key of a call among those of its request.
 * @returns Null if the call has none.
 * @throws AppError BAD_INPUT
 */
export function readIdempotencyKey(keys: readonly string[] = [], batchIndex: number): string | null {
  const key = keys[batchIndex]?.trim() ?? "";
  if (key === "") return null;
  if (keyPattern.test(key)) return key;
  const message = `a key has ${minKeyLength} to ${maxKeyLength} letters, digits or any of .:_-`;
  throw new AppError("BAD_INPUT", { fieldErrors: { "idempotency-key": [message] } });
}

/**
 * Reserves the key of a call.
 * @param action The action that the caller must be allowed to perform, to see the result of an earlier call.
 * @param hasSecretResult Whether the result is never stored.
 * @returns The reservation, or the result of an earlier call.
 * @throws AppError IDEMPOTENCY_KEY_REUSED; RESULT_NOT_STORED; UNAVAILABLE while the earlier call is running; as the access
 *   check.
 */
export async function reserveKey(
  ports: CallPorts & Pick<Ports, "settings">,
  call: KeyedCall,
  { action, hasSecretResult }: { action: Action; hasSecretResult: boolean },
): Promise<{ reservation: Reservation } | { result: unknown }> {
  const { db } = ports.database;
  const { caller, key, path } = call;
  const { current, previous } = deriveSigningKeys(ports.settings, "idempotency");
  const inputHash = hashInput(call, current);
  const isReserved = await keyReservations(db).reserve({ userId: caller.userId, key, path, inputHash });
  if (isReserved) return { reservation: createReservation(ports, call, { hasSecretResult }) };
  const inputHashes = previous === null ? [inputHash] : [inputHash, hashInput(call, previous)];
  return { result: await findResult(ports, call, { action, inputHashes }) };
}

/** Keyed, because inputs may contain passwords, which a plain hash would reveal to anyone who guesses them. */
const hashInput = ({ path, input }: KeyedCall, key: KeyObject): Uint8Array =>
  createHmac("sha256", key)
    .update(JSON.stringify([path, input ?? null]))
    .digest();

/** A running call that is older has been interrupted, for example because its server has crashed. */
const maxRunningSeconds = 60;

/** Returns the result of an earlier call with the key. */
async function findResult(
  { database: { db } }: CallPorts,
  { caller, key, path }: KeyedCall,
  { action, inputHashes }: { action: Action; inputHashes: readonly Uint8Array[] },
): Promise<unknown> {
  const [found] = await db
    .select({
      path: idempotentCalls.path,
      inputHash: idempotentCalls.inputHash,
      workspaceId: idempotentCalls.accessWorkspaceId,
      outcome: idempotentCalls.outcome,
      result: idempotentCalls.result,
      isInterrupted: sql<boolean>`${idempotentCalls.createdAt} < now() - make_interval(secs => ${maxRunningSeconds})`,
      role: workspaceMembers.role,
      isSuperuser: users.isSuperuser,
      lacksRequiredFactor: lacksRequiredSecondFactor(caller, idempotentCalls.accessWorkspaceId),
    })
    .from(idempotentCalls)
    .innerJoin(users, eq(users.id, idempotentCalls.userId))
    .leftJoin(
      workspaceMembers,
      and(
        eq(workspaceMembers.workspaceId, idempotentCalls.accessWorkspaceId),
        eq(workspaceMembers.userId, caller.userId),
      ),
    )
    .where(and(eq(idempotentCalls.userId, caller.userId), eq(idempotentCalls.key, key)));
  // The earlier call has failed in the meantime.
  if (found === undefined) throw new AppError("UNAVAILABLE", { retryAfter: 1 });
  const isSameInput = inputHashes.some((hash) => Buffer.compare(found.inputHash, hash) === 0);
  if (found.path !== path || !isSameInput) {
    throw new AppError("IDEMPOTENCY_KEY_REUSED");
  }
  if (found.outcome === null && !found.isInterrupted) throw new AppError("UNAVAILABLE", { retryAfter: 1 });
  if (found.outcome !== "stored") throw new AppError("RESULT_NOT_STORED");
  // An empty result reveals nothing, and the call may have ended the caller's own access.
  if (!isEmpty(found.result)) assertMayRead(action, caller, found);
  return found.result;
}

/** @throws AppError as the access check. A result without a workspace is about the caller's own account. */
function assertMayRead(
  action: Action,
  caller: Caller,
  {
    workspaceId,
    role,
    isSuperuser,
    lacksRequiredFactor,
  }: { workspaceId: string | null; role: Role | null; isSuperuser: boolean; lacksRequiredFactor: boolean },
): void {
  const { role: minRole } = policy[action];
  const isInWorkspace = minRole !== null && minRole !== "superuser";
  if (isInWorkspace && workspaceId === null) throw new AppError("RESULT_NOT_STORED");
  const { keyWorkspaceId } = caller;
  const isWithinKey = keyWorkspaceId === null || keyWorkspaceId === workspaceId;
  authorize(action, { caller, role: isWithinKey ? role : null, isSuperuser, lacksRequiredFactor });
}

const isEmpty = (result: unknown): boolean => JSON.stringify(result) === '{"ok":true}';

/** The largest result that is stored, in UTF-16 units of its JSON. */
const maxStoredLength = 256 * 1024;

function createReservation(
  { database: { db } }: CallPorts,
  { caller, key }: KeyedCall,
  { hasSecretResult }: { hasSecretResult: boolean },
): Reservation {
  const isOwn = and(eq(idempotentCalls.userId, caller.userId), eq(idempotentCalls.key, key));
  return {
    async complete(result, workspaceId) {
      const json = hasSecretResult ? null : (JSON.stringify(result) ?? null);
      const isStored = !hasSecretResult && (json?.length ?? 0) <= maxStoredLength;
      await keyReservations(db).complete({
        userId: caller.userId,
        key,
        outcome: isStored ? "stored" : "not-stored",
        result: isStored ? json : null,
        workspaceId,
      });
    },
    async release() {
      await db.delete(idempotentCalls).where(isOwn);
    },
    async abandon() {
      await db.update(idempotentCalls).set({ outcome: "unknown" }).where(isOwn);
    },
  };
}

/** The retention of results. */
const retentionHours = 24;

/** Deletes old calls. Retries have stopped by then. @returns The number of calls. */
export async function sweepIdempotentCalls({ database: { db } }: CallPorts): Promise<number> {
  const { userId, key, createdAt } = idempotentCalls;
  const before = sql`now() - make_interval(hours => ${retentionHours})`;
  const old = db.select({ userId, key }).from(idempotentCalls).where(lt(createdAt, before)).limit(batchSize);
  return deleteInBatches(() =>
    db
      .delete(idempotentCalls)
      .where(sql`(${userId}, ${key}) in ${old}`)
      .returning({ key }),
  );
}
