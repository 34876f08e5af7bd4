import { AppError, appRouter, toTrpcError } from "@mdreader/api";
import type { FieldErrors, Reason } from "@mdreader/contract";
import { getTRPCErrorShape } from "@trpc/server";

/** An error response. */
export interface ErrorResponse {
  status: number;
  body: string;
}

/**
 * Creates the response to a request that never reaches a procedure, in the shape of all failures.
 * @param status Overrides the status of the reason.
 * @param fieldErrors Messages by input field.
 */
export function createErrorResponse(
  reason: Reason,
  status?: number,
  fieldErrors?: FieldErrors,
): ErrorResponse {
  const shape = getTRPCErrorShape({
    config: appRouter._def._config,
    error: toTrpcError(new AppError(reason, fieldErrors && { fieldErrors })),
    type: "unknown",
    path: undefined,
    input: undefined,
    ctx: undefined,
  });
  const httpStatus = status ?? shape.data.httpStatus;
  return {
    status: httpStatus,
    body: JSON.stringify({ error: { ...shape, data: { ...shape.data, httpStatus } } }),
  };
}
