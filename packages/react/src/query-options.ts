import { reasonOf } from "@mdreader/client";

/** Options of infinite queries for lists of MDReader, which are paginated by `nextCursor`. */
export const pagedQuery = { getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor };

/** Maximum number of retries of a query without an answer. */
const maxRetries = 2;

/** `retry` for a `QueryClient`: errors from the server are final, and network failures are retried twice. */
export const shouldRetry = (failures: number, error: unknown): boolean =>
  failures < maxRetries && reasonOf(error) === null;
