import { type FieldErrors, type Reason, reasons } from "@mdreader/contract";
import { TRPCError, type TRPC_ERROR_CODE_KEY } from "@trpc/server";
import { z } from "zod";

import { AppError } from "../errors.ts";
import { toDatabaseError } from "../util/database-errors.ts";

/** The tRPC code, and with it the HTTP status, of each reason. */
const trpcCodes: Record<Reason, TRPC_ERROR_CODE_KEY> = {
  BAD_INPUT: "BAD_REQUEST",
  BAD_CURSOR: "BAD_REQUEST",
  PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  METHOD_NOT_SUPPORTED: "METHOD_NOT_SUPPORTED",
  CLIENT_TOO_OLD: "BAD_REQUEST",
  SERVER_TOO_OLD: "BAD_REQUEST",
  UNAUTHENTICATED: "UNAUTHORIZED",
  TOKEN_INVALID: "UNAUTHORIZED",
  TOKEN_EXPIRED: "UNAUTHORIZED",
  SESSION_ENDED: "UNAUTHORIZED",
  BAD_CREDENTIALS: "UNAUTHORIZED",
  PASSWORD_WRONG: "FORBIDDEN",
  SECOND_FACTOR_REQUIRED: "FORBIDDEN",
  PASSKEY_INVALID: "UNAUTHORIZED",
  PASSKEY_CHALLENGE_INVALID: "BAD_REQUEST",
  PASSKEY_PASSWORD_REQUIRED: "FORBIDDEN",
  PASSKEY_TAKEN: "CONFLICT",
  SECOND_FACTOR_WRONG: "FORBIDDEN",
  SECOND_FACTOR_SETUP_REQUIRED: "FORBIDDEN",
  SECOND_FACTOR_SETUP_INVALID: "BAD_REQUEST",
  REFRESH_TOKEN_INVALID: "UNAUTHORIZED",
  REFRESH_TOKEN_REUSED: "UNAUTHORIZED",
  EMAIL_TOKEN_INVALID: "BAD_REQUEST",
  PASSWORD_CHANGE_REQUIRED: "FORBIDDEN",
  SETUP_LINK_INVALID: "BAD_REQUEST",
  REGISTRATION_CLOSED: "FORBIDDEN",
  REGISTRATION_BY_INVITATION: "FORBIDDEN",
  EMAIL_DOMAIN_NOT_ALLOWED: "FORBIDDEN",
  EMAIL_NOT_VERIFIED: "FORBIDDEN",
  PASSWORD_SIGN_IN_DISABLED: "FORBIDDEN",
  SIGN_IN_AGAIN: "FORBIDDEN",
  PROVIDER_UNAVAILABLE: "SERVICE_UNAVAILABLE",
  PROVIDER_REFUSED: "FORBIDDEN",
  PROVIDER_RESPONSE_INVALID: "BAD_REQUEST",
  PROVIDER_EMAIL_MISSING: "FORBIDDEN",
  IDENTITY_UNKNOWN: "FORBIDDEN",
  IDENTITY_NOT_LINKED: "CONFLICT",
  IDENTITY_TAKEN: "CONFLICT",
  LAST_SIGN_IN_METHOD: "CONFLICT",
  DEVICE_CODE_INVALID: "BAD_REQUEST",
  DEVICE_PENDING: "PRECONDITION_REQUIRED",
  DEVICE_POLLED_TOO_OFTEN: "TOO_MANY_REQUESTS",
  DEVICE_DENIED: "FORBIDDEN",
  ACCOUNT_SUSPENDED: "FORBIDDEN",
  RATE_LIMITED: "TOO_MANY_REQUESTS",
  WORKSPACE_SECOND_FACTOR_REQUIRED: "FORBIDDEN",
  NOT_FOUND: "NOT_FOUND",
  ROLE_TOO_LOW: "FORBIDDEN",
  SUPERUSER_REQUIRED: "FORBIDDEN",
  SCOPE_MISSING: "FORBIDDEN",
  ACCOUNT_SESSION_REQUIRED: "FORBIDDEN",
  KEY_LIMITED_TO_WORKSPACE: "FORBIDDEN",
  EMAIL_TAKEN: "CONFLICT",
  EMAIL_UNCHANGED: "CONFLICT",
  USERNAME_TAKEN: "CONFLICT",
  LAST_OWNER: "CONFLICT",
  SOLE_OWNER_OF_WORKSPACES: "CONFLICT",
  USER_OWNS_WORKSPACES: "CONFLICT",
  WORKSPACE_HAS_OWNER: "CONFLICT",
  NOT_SOLE_OWNER: "CONFLICT",
  RECIPIENT_INVALID: "CONFLICT",
  RECIPIENT_MISSING: "CONFLICT",
  USER_NOT_SUSPENDED: "CONFLICT",
  LAST_SUPERUSER: "CONFLICT",
  SECOND_FACTOR_OWN: "CONFLICT",
  ACCOUNT_OWN: "CONFLICT",
  SETTING_FIXED: "CONFLICT",
  ALREADY_MEMBER: "CONFLICT",
  INVITATION_INVALID: "BAD_REQUEST",
  INVITATION_FOR_OTHER: "FORBIDDEN",
  FOLDER_NAME_TAKEN: "CONFLICT",
  FOLDER_NOT_EMPTY: "CONFLICT",
  FILE_CHANGED: "CONFLICT",
  FOLDER_CYCLE: "BAD_REQUEST",
  FOLDER_TOO_DEEP: "BAD_REQUEST",
  BASE_VERSION_REQUIRED: "PRECONDITION_REQUIRED",
  VERSION_CONFLICT: "CONFLICT",
  DOCUMENT_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  DOCUMENT_DAMAGED: "CONFLICT",
  BAD_UPDATE: "BAD_REQUEST",
  FOREIGN_CLIENT_ID: "FORBIDDEN",
  UPDATE_GAP: "CONFLICT",
  RESYNC_REQUIRED: "PRECONDITION_FAILED",
  ANCHOR_NOT_FOUND: "CONFLICT",
  NOT_AUTHOR: "FORBIDDEN",
  SHARE_PASSWORD_REQUIRED: "FORBIDDEN",
  SHARE_PASSWORD_WRONG: "FORBIDDEN",
  FILE_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  QUOTA_EXCEEDED: "PAYLOAD_TOO_LARGE",
  UPLOAD_INCOMPLETE: "CONFLICT",
  UPLOAD_MISMATCH: "BAD_REQUEST",
  ARCHIVE_INVALID: "BAD_REQUEST",
  ARCHIVE_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  IMPORT_RUNNING: "CONFLICT",
  LINK_INVALID: "FORBIDDEN",
  LIMIT_REACHED: "FORBIDDEN",
  IDEMPOTENCY_KEY_REUSED: "UNPROCESSABLE_CONTENT",
  RESULT_NOT_STORED: "CONFLICT",
  UNAVAILABLE: "SERVICE_UNAVAILABLE",
  INTERNAL: "INTERNAL_SERVER_ERROR",
};

/** The reasons for errors that tRPC itself raises before a procedure runs. */
const reasonsByTrpcCode: Partial<Record<TRPC_ERROR_CODE_KEY, Reason>> = {
  BAD_REQUEST: "BAD_INPUT",
  PARSE_ERROR: "BAD_INPUT",
  NOT_FOUND: "NOT_FOUND",
  METHOD_NOT_SUPPORTED: "METHOD_NOT_SUPPORTED",
  UNSUPPORTED_MEDIA_TYPE: "BAD_INPUT",
  PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE",
};

/**
 * Limits on reported issues and their length: an input may have thousands of mistakes, in field names of any length.
 */
const maxIssues = 20;
const maxIssueLength = 300;

/** Groups Zod's issues by field. An issue deep inside a field is reported under its full path. */
function toFieldErrors(error: z.ZodError): FieldErrors {
  const fields: FieldErrors = Object.create(null);
  for (const issue of error.issues.slice(0, maxIssues)) {
    const path = issue.path.map(String).join(".").slice(0, maxIssueLength);
    (fields[path] ??= []).push(issue.message.slice(0, maxIssueLength).toWellFormed());
  }
  return fields;
}

/** Converts anything that was thrown into the error that the caller receives. Unexpected errors become INTERNAL. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof TRPCError) {
    const { cause, code } = thrown;
    if (cause instanceof AppError) return cause;
    if (code === "BAD_REQUEST" && cause instanceof z.ZodError) {
      return new AppError("BAD_INPUT", { fieldErrors: toFieldErrors(cause), cause: thrown });
    }
    if (code === "INTERNAL_SERVER_ERROR" && cause !== undefined) return toAppError(cause);
    return new AppError(reasonsByTrpcCode[code] ?? "INTERNAL", { cause: thrown });
  }
  return toDatabaseError(thrown) ?? new AppError("INTERNAL", { cause: thrown });
}

/** Converts anything that was thrown into tRPC's error for it. */
export function toTrpcError(thrown: unknown): TRPCError {
  const error = toAppError(thrown);
  return new TRPCError({ code: trpcCodes[error.reason], message: reasons[error.reason], cause: error });
}
