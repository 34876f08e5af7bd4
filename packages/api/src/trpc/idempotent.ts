import { identifyCaller } from "../access/identify.ts";
import type { Context } from "../context.ts";
import { type Reservation, reserveKey, readIdempotencyKey } from "../idempotency/idempotent-call.ts";
import { toAppError } from "./errors.ts";
import type { ProcedureMeta } from "./init.ts";

/** The workspace of a call, which the access check finds. */
export interface CallWorkspace {
  workspaceId: string | null;
}

interface KeyedCallOptions {
  ctx: Context;
  path: string;
  batchIndex: number;
  meta: ProcedureMeta | undefined;
  getRawInput(): Promise<unknown>;
}

/** Reserves the key of a call, if it has one. @returns The reservation, the result of an earlier call, or null without a key. */
export async function reserveCallKey({
  ctx,
  path,
  batchIndex,
  meta,
  getRawInput,
}: KeyedCallOptions): Promise<{ reservation: Reservation } | { result: unknown } | null> {
  const { action = "public", isRepeatable = false, hasSecretResult = false } = meta ?? {};
  if (action === "public" || isRepeatable) return null;
  const key = readIdempotencyKey(ctx.request.idempotencyKeys, batchIndex);
  if (key === null) return null;
  const caller = await identifyCaller(ctx, ctx.credential);
  // The access check rejects the call.
  if (caller === null) return null;
  return reserveKey(ctx, { caller, key, path, input: await getRawInput() }, { action, hasSecretResult });
}

/** The outcome of a procedure, as its middleware sees it. */
type Outcome = { ok: true; data: unknown } | { ok: false; error: unknown };

/** Records the outcome of a call with a reserved key. If that fails, the call still has its outcome, and later ones don't run. */
export async function settleReservation(
  { log, request }: Context,
  reservation: Reservation,
  { workspaceId }: CallWorkspace,
  outcome: Outcome,
): Promise<void> {
  try {
    if (outcome.ok) await reservation.complete(outcome.data, workspaceId);
    else if (isCertain(outcome.error)) await reservation.release();
    else await reservation.abandon();
  } catch (error) {
    log.warn({ err: error, requestId: request.id }, "the outcome of a call couldn't be stored");
  }
}

/** Whether a failed call has certainly changed nothing. A connection that is lost during a commit leaves it open. */
function isCertain(error: unknown): boolean {
  const { reason, cause } = toAppError(error);
  return reason !== "INTERNAL" && (reason !== "UNAVAILABLE" || cause === undefined);
}
