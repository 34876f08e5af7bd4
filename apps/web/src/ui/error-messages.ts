import { isUnreachable, retryAfterOf, rolesOf } from "@mdreader/client";

/** An error or a failed call. */
export interface Failure {
  message: string;
}

/** The message of a failure for people. */
export function errorMessage(error: Failure): string {
  if (isUnreachable(error)) return "The server can't be reached. Check your connection and try again.";
  const roles = rolesOf(error);
  if (roles !== null) {
    return `${error.message} You need the ${roles.requiredRole} role; yours is ${roles.currentRole}.`;
  }
  const seconds = retryAfterOf(error);
  if (seconds === null) return error.message;
  const wait = Math.max(1, Math.ceil(seconds));
  const problem = error.message.replace(/ Try again [^.]*\.$/, "");
  return `${problem} Try again in ${wait} ${wait === 1 ? "second" : "seconds"}.`;
}

/** Whether the same action may succeed later. A role that is too low stays too low. */
export const canRetry = (error: Failure): boolean => rolesOf(error) === null;
