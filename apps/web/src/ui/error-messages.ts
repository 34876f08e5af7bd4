import { isUnreachable, retryAfterOf } from "@mdreader/client";

/** An error or a failed call. */
export interface Failure {
  message: string;
}

/** The message of a failure for people. */
export function errorMessage(error: Failure): string {
  if (isUnreachable(error)) return "The server can't be reached. Check your connection and try again.";
  const seconds = retryAfterOf(error);
  return seconds === null ? error.message : `${error.message} (wait ${Math.ceil(seconds)} s)`;
}
