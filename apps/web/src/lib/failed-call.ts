import type { CallFailure } from "@mdreader/client";

/** The last call that failed, for people who report a problem. */
export interface FailedCall {
  path: string;
  reason: string | undefined;
  requestId: string | undefined;
  traceId: string | undefined;
}

let last: FailedCall | null = null;

/** Records a failed call. It contains nothing of its input. */
export function recordFailedCall({ path, error }: CallFailure): void {
  last = { path, ...describeFailure(error) };
}

/** Returns the last call that failed; null if none has. */
export const getLastFailedCall = (): FailedCall | null => last;

function describeFailure({ data }: CallFailure["error"]): Omit<FailedCall, "path"> {
  return { reason: data?.reason, requestId: data?.requestId, traceId: data?.traceId };
}
