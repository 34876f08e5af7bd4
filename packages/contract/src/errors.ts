import type { Role } from "./policy.ts";

/**
 * Every reason for which a call can fail, as a stable string that clients may switch on. The messages are for people
 * and may change; the reasons do not.
 */
export const reasons = {
  // Input
  BAD_INPUT: "The input is invalid.",
  BAD_CURSOR: "This cursor doesn't belong to this list. Start with the first page.",
  PAYLOAD_TOO_LARGE: "The request is too large. Send less at a time.",
  METHOD_NOT_SUPPORTED:
    "This address doesn't support this HTTP method. The API documentation lists the ones that it does.",
  CLIENT_TOO_OLD: "This app is too old for the server. Reload or update it.",
  SERVER_TOO_OLD: "The server is too old for this. Ask your administrator to update it.",

  // Authentication
  UNAUTHENTICATED: "Sign in first.",
  TOKEN_INVALID: "The access token is invalid. Sign in again, or use another key.",
  TOKEN_EXPIRED: "The access token has expired. Sign in again.",
  SESSION_ENDED: "This session or API key is no longer valid. Sign in again, or use another key.",
  BAD_CREDENTIALS: "The email or password is incorrect.",
  PASSWORD_WRONG: "The current password is incorrect.",
  SECOND_FACTOR_REQUIRED: "Enter a code from your authenticator app, or a recovery code.",
  PASSKEY_INVALID: "This passkey wasn't accepted. Use another one, or sign in another way.",
  PASSKEY_CHALLENGE_INVALID: "This request for a passkey has expired or was already used. Try again.",
  PASSKEY_PASSWORD_REQUIRED:
    "Your password was reset, so this passkey works only together with it. Sign in with your password.",
  PASSKEY_TAKEN: "This passkey was already added.",
  SECOND_FACTOR_WRONG: "This code is incorrect or was already used. Enter another one.",
  SECOND_FACTOR_SETUP_REQUIRED:
    "This server requires two-step verification. Set it up on your profile page in the web app.",
  WORKSPACE_SECOND_FACTOR_REQUIRED:
    "This workspace requires two-step verification. Set it up on your profile page in the web app. API keys that you created earlier don't work here.",
  SECOND_FACTOR_OWN: "Turn off your own two-step verification on your profile page.",
  ACCOUNT_OWN: "Delete your own account on your profile page.",
  SECOND_FACTOR_SETUP_INVALID: "This setup has expired. Start again.",
  REFRESH_TOKEN_INVALID: "The refresh token is invalid. Sign in again.",
  REFRESH_TOKEN_REUSED: "The refresh token was already used, so its session has ended. Sign in again.",
  EMAIL_TOKEN_INVALID: "This link is invalid, was already used, or has expired. Request a new one.",
  PASSWORD_CHANGE_REQUIRED:
    "Your administrator requires a new password. It must be different from the current one.",
  SETUP_LINK_INVALID:
    "This setup link is invalid, was already used, or has expired. If the server has no administrator yet, restart it to get a new link.",
  REGISTRATION_CLOSED: "Registration is closed on this server. Ask an administrator for an account.",
  REGISTRATION_BY_INVITATION:
    "You need an invitation to register on this server. Open the link in your invitation.",
  EMAIL_DOMAIN_NOT_ALLOWED:
    "Email addresses at this domain can't register on this server. Use another address.",
  EMAIL_NOT_VERIFIED: "Confirm your email address first.",
  PASSWORD_SIGN_IN_DISABLED: "This server doesn't accept passwords. Sign in with your identity provider.",
  SIGN_IN_AGAIN: "Sign in again to confirm that it's you.",
  PROVIDER_UNAVAILABLE: "The identity provider can't be reached. Try again later.",
  PROVIDER_REFUSED: "The identity provider didn't sign you in. Try again.",
  PROVIDER_RESPONSE_INVALID: "Signing in with the identity provider failed. Try again.",
  PROVIDER_EMAIL_MISSING:
    "The identity provider didn't share your email address, which is required for an account.",
  IDENTITY_UNKNOWN: "This identity isn't linked to an account. Ask your administrator for an account.",
  IDENTITY_NOT_LINKED:
    "An account with this email address already exists. Sign in to it, then link the identity on your profile page.",
  DEVICE_CODE_INVALID: "This code is invalid, was already used, or has expired. Start again on the device.",
  DEVICE_PENDING: "The sign-in hasn't been approved yet. Approve it in the browser.",
  DEVICE_POLLED_TOO_OFTEN: "Wait longer before asking again whether the sign-in was approved.",
  DEVICE_DENIED: "The sign-in was denied. If that was a mistake, start again.",
  ACCOUNT_SUSPENDED: "This account is suspended. Contact your administrator.",
  RATE_LIMITED: "Too many attempts. Try again later.",

  // Authorization
  NOT_FOUND: "Not found. It may have been deleted, or you may not have access to it.",
  ROLE_TOO_LOW: "Your role in this workspace doesn't allow this.",
  SUPERUSER_REQUIRED: "Only administrators of this server can do this.",
  SCOPE_MISSING: "This API key lacks the required scope. Use a key that has it.",
  ACCOUNT_SESSION_REQUIRED: "API keys can't do this. Sign in instead.",
  KEY_LIMITED_TO_WORKSPACE: "This API key is limited to one workspace. Use another key.",

  // Conflicts and limits
  EMAIL_TAKEN: "An account with this email address already exists.",
  EMAIL_UNCHANGED: "This is already your email address.",
  USERNAME_TAKEN: "This username is taken. Choose another one.",
  IDENTITY_TAKEN: "This identity is linked to another account. Unlink it there first.",
  LAST_SIGN_IN_METHOD: "This is your only way to sign in. Add another one first.",
  LAST_OWNER: "A workspace needs an owner. Make someone else an owner first.",
  SOLE_OWNER_OF_WORKSPACES:
    "You're the only owner of workspaces with other members. Transfer or delete them first.",
  USER_OWNS_WORKSPACES:
    "This person is the only owner of workspaces with other members. Make someone else an owner first.",
  WORKSPACE_HAS_OWNER: "This workspace already has an active owner.",
  NOT_SOLE_OWNER: "This person isn't the only active owner of the workspace.",
  RECIPIENT_INVALID: "The new owner must be an active member of the workspace.",
  RECIPIENT_MISSING: "Choose a new owner for each workspace whose public links are handed over.",
  USER_NOT_SUSPENDED: "Suspend this account first.",
  LAST_SUPERUSER: "A server needs an active administrator. Make someone else an administrator first.",
  SETTING_FIXED: "The server's environment sets this. Change it there.",
  ALREADY_MEMBER: "This person is already a member.",
  INVITATION_INVALID: "This invitation is no longer valid. Ask for a new one.",
  INVITATION_FOR_OTHER:
    "This invitation was sent to another email address. Sign in with that address to accept it.",
  FOLDER_NAME_TAKEN: "A folder with this name already exists here. Choose another name.",
  FOLDER_NOT_EMPTY: "This folder isn't empty. Move or delete its contents first.",
  FOLDER_CYCLE: "A folder can't be moved into itself or one of its subfolders. Choose another folder.",
  FOLDER_TOO_DEEP: "Folders can't be nested this deeply. Choose a folder closer to the top level.",
  BASE_VERSION_REQUIRED:
    "Send the version that your text is based on as `baseVersion`; reading the document returns it as `version`. To replace the current text, send `overwrite: true` instead.",
  VERSION_CONFLICT:
    "The document has changed since the version your edit is based on. Reload it and try again.",
  DOCUMENT_TOO_LARGE: "The document is too large. Shorten it, or split it up.",
  DOCUMENT_DAMAGED:
    "This document can't be read. Ask your administrator to repair it. Its saved versions are still available.",
  FILE_CHANGED: "The file has changed since you last read it. Reload it and try again.",
  BAD_UPDATE: "This isn't a valid update to a document's text.",
  FOREIGN_CLIENT_ID: "This update uses a client ID that belongs to someone else.",
  UPDATE_GAP: "This update depends on earlier edits that haven't arrived. Send those first.",
  RESYNC_REQUIRED: "The changes since then are no longer available. Reload.",
  ANCHOR_NOT_FOUND: "The passage wasn't found in the document. If it is new, wait until it is saved.",
  NOT_AUTHOR: "Only the author of this comment can edit it.",
  SHARE_PASSWORD_REQUIRED: "This link requires a password.",
  SHARE_PASSWORD_WRONG: "The password for this link is incorrect.",
  FILE_TOO_LARGE: "The file is too large. Choose a smaller one.",
  QUOTA_EXCEEDED: "This workspace is out of storage. Permanently delete files to free up space.",
  UPLOAD_INCOMPLETE: "The upload is incomplete. Send the rest, starting where it stopped.",
  UPLOAD_MISMATCH: "The uploaded bytes don't match the declared size or hash. Upload the file again.",
  ARCHIVE_INVALID: "This file isn't a zip archive, or it is damaged. Choose another one.",
  ARCHIVE_TOO_LARGE: "This archive has too many entries, or is too large when unpacked. Split it up.",
  IMPORT_RUNNING: "This archive is already being imported. Wait until the import is finished.",
  LINK_INVALID: "This link is invalid or has expired. Ask for a new one.",
  LIMIT_REACHED: "A limit has been reached. Delete what you no longer need, or try again later.",
  IDEMPOTENCY_KEY_REUSED: "This idempotency key was used for another call. Choose a new key for each call.",
  RESULT_NOT_STORED:
    "This call was already made with this idempotency key, but its result isn't stored. Check whether it took effect.",

  // Server errors
  UNAVAILABLE: "The service is temporarily unavailable. Try again in a moment.",
  INTERNAL: "Something went wrong on the server. Try again later.",
} as const satisfies Record<string, string>;

/** Why a call failed. */
export type Reason = keyof typeof reasons;

/**
 * Field errors of an input, by the path of the field (`"content"`, `"items.0.title"`). `""` is the input as a whole.
 */
export type FieldErrors = Record<string, string[]>;

/** Details that every failed call carries in `error.data`, besides tRPC's own code. */
export interface ErrorDetails {
  reason: Reason;
  /** Present if `reason` is `BAD_INPUT`. */
  fieldErrors?: FieldErrors;
  /** Seconds to wait if `reason` is `RATE_LIMITED` or `UNAVAILABLE`. */
  retryAfter?: number;
  /** The lowest role that permits the call, if `reason` is `ROLE_TOO_LOW`. */
  requiredRole?: Role;
  /** The caller's role in the workspace, if `reason` is `ROLE_TOO_LOW`. */
  currentRole?: Role;
  /** Identifies the request in the server's logs. */
  requestId?: string;
  /** Identifies the trace of the call, if the server records traces. */
  traceId?: string;
}
