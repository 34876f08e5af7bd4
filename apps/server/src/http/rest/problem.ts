import type { IncomingMessage } from "node:http";

import type { ErrorShape } from "../procedure/call.ts";

/** The media type of problem details (RFC 9457). */
export const problemType = "application/problem+json";

/** Whether the client prefers errors as problem details. */
export const acceptsProblems = ({ headers }: IncomingMessage): boolean =>
  headers.accept?.includes(problemType) === true;

/** Describes an error as problem details, with the fields of `error.data` as extensions. */
export function createProblem({ message, data }: ErrorShape, status: number): object {
  const { reason, fieldErrors, retryAfter, requiredRole, currentRole, requestId, traceId } = data;
  return {
    type: "about:blank",
    title: message,
    status,
    reason,
    ...(fieldErrors && { fieldErrors }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(requiredRole !== undefined && { requiredRole }),
    ...(currentRole !== undefined && { currentRole }),
    ...(requestId !== undefined && { requestId }),
    ...(traceId !== undefined && { traceId }),
  };
}
