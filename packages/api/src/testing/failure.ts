import type { Reason } from "@mdreader/contract";

import { toAppError } from "../trpc/errors.ts";

/** Why a call fails; null when it does not. */
export async function catchReason(call: Promise<unknown>): Promise<Reason | null> {
  try {
    await call;
    return null;
  } catch (error) {
    return toAppError(error).reason;
  }
}

/** How often each outcome came of calls made at the same time. `ok` counts those that succeeded. */
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
