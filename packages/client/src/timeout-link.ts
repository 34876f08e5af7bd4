import { TRPCClientError, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";

import type { AppRouter } from "./types.ts";

/** Procedures whose duration depends on the size of their input. */
const longPaths: ReadonlySet<string> = new Set([
  "document.import",
  "document.folder.delete",
  "document.folder.restore",
]);

/** Fails queries and mutations that have no response in time, on any transport. */
export function timeoutLink(timeoutMs: number): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) => {
      if (op.type === "subscription" || longPaths.has(op.path)) return next(op);
      return observable((observer) => {
        const timer = setTimeout(() => {
          const cause = new DOMException("The server hasn't responded in time.", "TimeoutError");
          observer.error(TRPCClientError.from(cause));
        }, timeoutMs);
        const running = next(op).subscribe({
          next: (value) => observer.next(value),
          error(error) {
            clearTimeout(timer);
            observer.error(error);
          },
          complete() {
            clearTimeout(timer);
            observer.complete();
          },
        });
        return () => {
          clearTimeout(timer);
          running.unsubscribe();
        };
      });
    };
}
