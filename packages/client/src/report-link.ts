import type { Operation, TRPCClientError, TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";

import type { AppRouter } from "./types.ts";

/** A failed call. */
export interface CallFailure {
  error: TRPCClientError<AppRouter>;
  /** The name of the procedure. */
  path: string;
  type: Operation["type"];
}

/** Reports each failure to `onError`, before its caller gets it. */
export function reportLink(onError: (failure: CallFailure) => void): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) =>
        next(op).subscribe({
          next: (value) => observer.next(value),
          error(error) {
            onError({ error, path: op.path, type: op.type });
            observer.error(error);
          },
          complete: () => observer.complete(),
        }),
      );
}
