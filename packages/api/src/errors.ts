import { type FieldErrors, type Reason, reasons, type Role } from "@mdreader/contract";

/** The lowest role that permits a call, and the one that the caller has. */
export interface RoleDetails {
  requiredRole: Role;
  currentRole: Role;
}

/**
 * A failure that is reported to the caller, with its reason. Services throw no other expected errors. It is independent
 * of the transport.
 */
export class AppError extends Error {
  readonly reason: Reason;
  readonly fieldErrors: FieldErrors | undefined;
  /** Seconds until a retry makes sense. */
  readonly retryAfter: number | undefined;

  /** Set if the caller's role is too low. */
  readonly roles: RoleDetails | undefined;

  constructor(
    reason: Reason,
    details: { fieldErrors?: FieldErrors; retryAfter?: number; roles?: RoleDetails; cause?: unknown } = {},
  ) {
    super(reasons[reason], { cause: details.cause });
    this.name = "AppError";
    this.reason = reason;
    this.fieldErrors = details.fieldErrors;
    this.retryAfter = details.retryAfter;
    this.roles = details.roles;
  }
}

/** Creates the error of a caller whose role is too low. */
export const createRoleError = (roles: RoleDetails): AppError => new AppError("ROLE_TOO_LOW", { roles });
