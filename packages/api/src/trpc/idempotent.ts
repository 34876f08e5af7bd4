import { type Claim, claimCall, readIdempotencyKey } from "../access/idempotency.ts";
import { identifyCaller } from "../access/identify.ts";
import type { Context } from "../context.ts";
import { toAppError } from "./errors.ts";
import type { ProcedureMeta } from "./init.ts";

/** The workspace of a call, which the access check finds. */
export interface CallScope {
  workspaceId: string | null;
}

interface KeyedCallOptions {
  ctx: Context;
  path: string;
  batchIndex: number;
  meta: ProcedureMeta | undefined;
  getRawInput(): Promise<unknown>;
}

/** Claims the key of a call, if it has one. @returns The claim, the result of an earlier call, or null without a key. */
export async function claimKey({
  ctx,
  path,
  batchIndex,
  meta,
  getRawInput,
}: KeyedCallOptions): Promise<{ claim: Claim } | { result: unknown } | null> {
  const { action = "public", isRepeatable = false, hasSecretResult = false } = meta ?? {};
  if (action === "public" || isRepeatable) return null;
  const key = readIdempotencyKey(ctx.request.idempotencyKeys, batchIndex);
  if (key === null) return null;
  const caller = await identifyCaller(ctx, ctx.credential);
  // The access check rejects the call.
  if (caller === null) return null;
  return claimCall(ctx, { caller, key, path, input: await getRawInput() }, { action, hasSecretResult });
}

/** The outcome of a procedure, as its middleware sees it. */
type Outcome = { ok: true; data: unknown } | { ok: false; error: unknown };

/** Records the outcome of a claimed call. If that fails, the call still has its outcome, and later ones don't run. */
export async function settleClaim(
  { log, request }: Context,
  claim: Claim,
  { workspaceId }: CallScope,
  outcome: Outcome,
): Promise<void> {
  try {
    if (outcome.ok) await claim.complete(outcome.data, workspaceId);
    else if (isCertain(outcome.error)) await claim.release();
    else await claim.abandon();
  } catch (error) {
    log.warn({ err: error, requestId: request.id }, "the outcome of a call could not be stored");
  }
}

/** Whether a failed call has certainly changed nothing. A connection that is lost during a commit leaves it open. */
function isCertain(error: unknown): boolean {
  const { reason, cause } = toAppError(error);
  return reason !== "INTERNAL" && (reason !== "UNAVAILABLE" || cause === undefined);
}
