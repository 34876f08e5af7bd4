import { subscribe, unsubscribe } from "node:diagnostics_channel";

import { type UndeclaredReason, undeclaredReasonChannel } from "../trpc/declared-reasons.ts";

/**
 * Notes the failures of procedures in this process for reasons that they do not declare, until it is disposed of.
 * @throws Error that lists them, when it is disposed of.
 */
export function forbidUndeclaredReasons(): Disposable {
  const found = new Set<string>();
  const recordFailure = (message: unknown) => {
    const { name, reason } = message as UndeclaredReason; // what the channel receives
    found.add(`${name}: ${reason}`);
  };
  subscribe(undeclaredReasonChannel, recordFailure);
  return {
    [Symbol.dispose]() {
      unsubscribe(undeclaredReasonChannel, recordFailure);
      if (found.size > 0)
        throw new Error(`Procedures failed for undeclared reasons: ${[...found].join(", ")}`);
    },
  };
}
