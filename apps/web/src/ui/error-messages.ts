import { isUnreachable, retryAfterOf } from "@mdreader/client";

/** What went wrong: an error, or what a procedure's failure is known by. */
export interface Failure {
  message: string;
}

/** What went wrong, in a sentence for people. */
export function errorMessage(error: Failure): string {
  if (isUnreachable(error)) return "The server can't be reached. Check your connection and try again.";
  const seconds = retryAfterOf(error);
  return seconds === null ? error.message : `${error.message} (${Math.ceil(seconds)} s)`;
}
