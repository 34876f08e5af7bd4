import type { Reason } from "@mdreader/contract";

import { toAppError } from "../trpc/errors.ts";

/** Returns the reason why a call fails, or null if it succeeds. */
export async function catchReason(call: Promise<unknown>): Promise<Reason | null> {
  try {
    await call;
    return null;
  } catch (error) {
    return toAppError(error).reason;
  }
}

/** Matches errors with this reason. */
export const withReason = (reason: Reason) => ({ cause: { reason } });

/** Counts the outcomes of concurrent calls. `ok` counts those that succeeded. */
export async function countOutcomes(
  calls: readonly Promise<unknown>[],
): Promise<Partial<Record<Reason | "ok", number>>> {
  const counts: Partial<Record<Reason | "ok", number>> = {};
  for (const reason of await Promise.all(calls.map(catchReason))) {
    const outcome = reason ?? "ok";
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}
