import { type FieldErrors, type Reason, reasons } from "@mdreader/contract";

/**
 * A failure that is reported to the caller, with its reason. Services throw no other expected errors. It is independent
 * of the transport.
 */
export class AppError extends Error {
  readonly reason: Reason;
  readonly fieldErrors: FieldErrors | undefined;
  /** Seconds until a retry makes sense. */
  readonly retryAfter: number | undefined;

  constructor(
    reason: Reason,
    details: { fieldErrors?: FieldErrors; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(reasons[reason], { cause: details.cause });
    this.name = "AppError";
    this.reason = reason;
    this.fieldErrors = details.fieldErrors;
    this.retryAfter = details.retryAfter;
  }
}
