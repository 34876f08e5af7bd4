import { type FieldErrors, type Reason, reasons } from "@mdreader/contract";

/**
 * A failure that the caller is told of, by its reason. Services throw it and nothing else; it knows no transport.
 */
export class AppError extends Error {
  readonly reason: Reason;
  readonly fieldErrors: FieldErrors | undefined;
  /** Seconds until trying again makes sense. */
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
