/**
 * Every reason for which a call can fail, as a stable string that a client may switch on. The messages are written for
 * people and may change; the reasons don't.
 */
export const reasons = {
  // What was sent
  BAD_INPUT: "The input is not valid.",
  BAD_CURSOR: "This page marker is not one that this list gave out.",
  PAYLOAD_TOO_LARGE: "The request is larger than allowed.",
  METHOD_NOT_SUPPORTED: "This procedure can't be called this way.",

  // Who is asking
  UNAUTHENTICATED: "Sign in first.",
  TOKEN_INVALID: "The access token is not valid.",
  TOKEN_EXPIRED: "The access token has expired.",
  SESSION_ENDED: "This session has ended. Sign in again.",
  BAD_CREDENTIALS: "E-mail or password is wrong.",
  PASSWORD_WRONG: "The current password is wrong.",
  REFRESH_TOKEN_INVALID: "The refresh token is not valid.",
  REFRESH_TOKEN_REUSED: "The refresh token had been used before; its session was ended.",
  EMAIL_TOKEN_INVALID: "This link is not valid, was used before, or has expired.",
  EMAIL_NOT_VERIFIED: "Verify your e-mail address first.",
  RATE_LIMITED: "Too many attempts. Wait a little and try again.",

  // What they may do
  NOT_FOUND: "There is no such thing here.",
  ROLE_TOO_LOW: "Your role in this workspace does not allow this.",
  SCOPE_MISSING: "This API key does not have the scope that this needs.",
  ACCOUNT_SESSION_REQUIRED: "This can only be done by a person who is signed in, not with an API key.",

  // What stands in the way
  EMAIL_TAKEN: "There is already an account with this e-mail address.",
  USERNAME_TAKEN: "This user name is taken.",
  LAST_OWNER: "A workspace always has an owner: make someone else an owner first.",
  SOLE_OWNER_OF_WORKSPACES:
    "You are the only owner of workspaces that others use. Transfer or delete those first.",
  ALREADY_MEMBER: "This person is already a member.",
  INVITATION_INVALID: "This invitation is not valid, was used before, was revoked, or has expired.",
  INVITATION_FOR_OTHER: "This invitation was sent to another e-mail address.",
  FOLDER_NAME_TAKEN: "There is already a folder of this name here.",
  FOLDER_NOT_EMPTY: "There is something in this folder.",
  FOLDER_CYCLE: "A folder can't be moved into itself.",
  FOLDER_TOO_DEEP: "Folders can't be nested deeper than this.",
  VERSION_CONFLICT: "The document has changed since the version that you started from.",
  DOCUMENT_TOO_LARGE: "The document is larger than allowed.",
  FILE_CHANGED: "The file has changed since you looked at it.",
  BAD_UPDATE: "This is not an update of a document's text.",
  FOREIGN_CLIENT_ID: "This update writes under a client id that belongs to someone else.",
  UPDATE_GAP: "This update builds on something that is not here: send what came before it too.",
  RESYNC_REQUIRED: "Too much has happened since: load anew.",
  PLACE_NOT_FOUND: "The document has no such words, or not yet: send what you wrote first.",
  NOT_AUTHOR: "Only who wrote this can change it.",
  SHARE_PASSWORD_REQUIRED: "This link needs a password.",
  SHARE_PASSWORD_WRONG: "This is not the password of this link.",
  FILE_TOO_LARGE: "The file is larger than allowed.",
  QUOTA_EXCEEDED: "The files of this workspace take up all the space that it has.",
  UPLOAD_INCOMPLETE: "Not all of the file has arrived. Send the rest, from where it stopped.",
  UPLOAD_MISMATCH: "What arrived is not what was announced. Upload the file again.",
  ARCHIVE_INVALID: "This is not a zip archive, or it is damaged.",
  ARCHIVE_TOO_LARGE: "This archive holds more than may be unpacked at once.",
  IMPORT_RUNNING: "This archive is being imported already.",
  LINK_INVALID: "This link is not valid or has expired. Ask for a new one.",
  LIMIT_REACHED: "A limit of this workspace or account has been reached.",

  // What went wrong on our side
  UNAVAILABLE: "The service can't answer just now. Try again in a moment.",
  INTERNAL: "Something went wrong on our side.",
} as const satisfies Record<string, string>;

/** Why a call failed. */
export type Reason = keyof typeof reasons;

/** Field errors of an input, by the path of the field (`"content"`, `"items.0.title"`); `""` is the input as a whole. */
export type FieldErrors = Record<string, string[]>;

/** What every failed call carries, besides tRPC's own code, in `error.data`. */
export interface ErrorDetails {
  reason: Reason;
  /** Present when `reason` is `BAD_INPUT`. */
  fieldErrors?: FieldErrors;
  /** Seconds to wait, when `reason` is `RATE_LIMITED` or `UNAVAILABLE`. */
  retryAfter?: number;
  /** Names the request in the server's logs. */
  requestId?: string;
}
