import { AppError, appRouter, toTrpcError } from "@mdreader/api";
import type { FieldErrors, Reason } from "@mdreader/contract";
import { getTRPCErrorShape } from "@trpc/server";

/** An answer that refuses. */
export interface ErrorResponse {
  status: number;
  body: string;
}

/**
 * The answer to a request that no procedure gets to see, in the shape that all failures have.
 * @param status Where the reason's own is not exact enough.
 * @param fieldErrors What is wrong with which part of it.
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
