import type { Reason } from "../errors.ts";

/**
 * The meaning of each reason to a program, and the possible reactions. The messages of `reasons` are for people. Separate
 * from them, so that clients need not load it.
 */
export const reasonNotes: Record<Reason, string> = {
  BAD_INPUT:
    "The input doesn't match the schema. `fieldErrors` says which field and why. Repeating it won't help.",
  BAD_CURSOR: "The cursor is malformed or belongs to another list. Start with the first page.",
  PAYLOAD_TOO_LARGE: "The request is larger than any valid input. None of it was processed.",
  METHOD_NOT_SUPPORTED: "The address exists, but not for this HTTP method, or a mutation was sent as a GET.",
  CLIENT_TOO_OLD:
    "The call failed because the client's contract is older than the server's. Update the client.",
  SERVER_TOO_OLD:
    "The call failed because the server's contract is older than the client's. Avoid the call until the server is updated.",

  UNAUTHENTICATED: "The call requires credentials. Sign in, or send an API key.",
  TOKEN_INVALID: "The access token or API key is malformed, or was issued by another server. Sign in again.",
  TOKEN_EXPIRED: "The access token has expired. Refresh it, and repeat the call.",
  SESSION_ENDED:
    "The session or API key was revoked or has expired, or its account is suspended or deleted. Sign in again.",
  BAD_CREDENTIALS: "The email address or the password is wrong. Which one isn't revealed.",
  PASSWORD_WRONG: "The current password, sent to confirm the call, is wrong or missing.",
  SECOND_FACTOR_REQUIRED: "The account has a second factor. Repeat the call with a `code` or a `passkey`.",
  PASSKEY_INVALID:
    "The passkey is unknown or another account's, its signature is wrong or for another site, the person wasn't " +
    "verified, or its counter went backward. Which one isn't revealed.",
  PASSKEY_CHALLENGE_INVALID:
    "The challenge that the passkey signed is unknown, was used, has expired, or is for another account or purpose. Start again.",
  PASSKEY_PASSWORD_REQUIRED:
    "The password was reset since the passkey was last used. Use both, with `auth.passkey.startSecondFactor` and `auth.login`.",
  PASSKEY_TAKEN: "The passkey already belongs to this account or another one.",
  SECOND_FACTOR_WRONG: "The code of the second factor is wrong, was used, or has expired. Send another one.",
  SECOND_FACTOR_SETUP_REQUIRED:
    "The instance requires a second factor, which the account lacks. Set it up with `auth.secondFactor`.",
  WORKSPACE_SECOND_FACTOR_REQUIRED:
    "The workspace requires a second factor, which the session lacks, or lacked when it created the API key. Set one up with `auth.secondFactor` or `auth.passkey`.",
  SECOND_FACTOR_SETUP_INVALID:
    "The setup token is malformed, has expired, belongs to another session, or is older than the second factor. Start again.",
  SECOND_FACTOR_OWN:
    "Superusers can't remove their own second factor without confirming it. Use `auth.secondFactor.disable`.",
  ACCOUNT_OWN: "Superusers can't delete their own account without confirming it. Use `auth.deleteAccount`.",
  REFRESH_TOKEN_INVALID: "The refresh token is malformed, or was issued by another server. Sign in again.",
  REFRESH_TOKEN_REUSED:
    "The refresh token was used before, so it may be stolen, and its session has ended. Sign in again.",
  EMAIL_TOKEN_INVALID:
    "The token from an email is malformed, was used, was replaced by a newer one, or has expired.",
  PASSWORD_CHANGE_REQUIRED: "A superuser requires a new password. Repeat the call with `newPassword`.",
  SETUP_LINK_INVALID: "The setup token is malformed or has expired, or the instance already has a superuser.",
  REGISTRATION_CLOSED: "The instance doesn't accept registrations. Only superusers can change that.",
  REGISTRATION_BY_INVITATION: "The instance accepts registrations only with an `invitationToken`.",
  EMAIL_DOMAIN_NOT_ALLOWED:
    "The instance limits the domains of email addresses, and this one isn't among them.",
  EMAIL_NOT_VERIFIED:
    "The instance limits the domains of email addresses, so the address must be verified first.",
  PASSWORD_SIGN_IN_DISABLED:
    "The instance doesn't accept passwords. Use one of the providers of `auth.signInOptions`.",
  SIGN_IN_AGAIN:
    "The account has no password to confirm the call with, and its sign-in was too long ago. Sign in again.",
  PROVIDER_UNAVAILABLE: "The identity provider isn't responding. Try again later.",
  PROVIDER_REFUSED: "The identity provider didn't sign the person in, for example because they canceled.",
  PROVIDER_RESPONSE_INVALID:
    "The response of the identity provider, or the token made of it, is invalid or too old. Start again.",
  PROVIDER_EMAIL_MISSING: "The identity provider didn't report an email address, which an account requires.",
  IDENTITY_UNKNOWN:
    "The identity isn't linked to an account, and the instance doesn't create accounts for it.",
  IDENTITY_NOT_LINKED:
    "An account with this email address exists, but the identity isn't linked to it. Sign in to it and link the " +
    "identity.",
  DEVICE_CODE_INVALID:
    "The code of the device is unknown, was used, or has expired. Start its sign-in again.",
  DEVICE_PENDING: "The person hasn't decided yet. Repeat the call after `interval` seconds.",
  DEVICE_POLLED_TOO_OFTEN:
    "The device asked sooner than `interval` allows. Wait five seconds longer between calls.",
  DEVICE_DENIED: "The person denied the sign-in.",
  ACCOUNT_SUSPENDED: "A superuser has suspended the account.",
  RATE_LIMITED:
    "There were too many calls or attempts. Nothing was done. Repeat the call after `retryAfter` seconds.",

  NOT_FOUND:
    "The resource doesn't exist, is in the trash, or is in a workspace that the caller isn't a member of.",
  ROLE_TOO_LOW:
    "The caller's role in the workspace doesn't allow the action. `requiredRole` is the lowest one that does, and `currentRole` the caller's.",
  SUPERUSER_REQUIRED: "Only superusers may do this.",
  SCOPE_MISSING: "The API key lacks the scope of the action. Other keys of the same person may have it.",
  KEY_LIMITED_TO_WORKSPACE:
    "The API key is limited to one workspace, and the action is outside of workspaces. Use another key.",
  ACCOUNT_SESSION_REQUIRED: "API keys can't do this. It requires a person who has signed in.",

  EMAIL_TAKEN: "Another account has this email address.",
  EMAIL_UNCHANGED: "The account already has this email address.",
  USERNAME_TAKEN: "Another account has this username.",
  IDENTITY_TAKEN: "The identity is linked to another account.",
  LAST_SIGN_IN_METHOD:
    "Without this identity or passkey, nobody could sign in to the account. Add another way to sign in first.",
  LAST_OWNER: "The workspace would have no owner. Make another member an owner first.",
  SOLE_OWNER_OF_WORKSPACES:
    "Workspaces with other members would have no owner. Transfer or delete them first.",
  USER_OWNS_WORKSPACES: "Workspaces with other members would have no owner. Make other members owners first.",
  WORKSPACE_HAS_OWNER: "The workspace has an owner whose account is active, so ownership can't be taken.",
  NOT_SOLE_OWNER:
    "The account doesn't own the workspace, or the workspace has another active owner or is in the trash.",
  RECIPIENT_INVALID:
    "The recipient is unknown, suspended, not a member of the workspace, or the person who leaves.",
  RECIPIENT_MISSING:
    "Nobody else owns a workspace in which the account has public links. Name its new owner in `owners`.",
  USER_NOT_SUSPENDED:
    "Superusers can hand over only the holdings of suspended users. Suspend the account first.",
  LAST_SUPERUSER: "The instance would have no active superuser. Make another user one first.",
  SETTING_FIXED: "The server's environment sets the setting, which takes precedence.",
  ALREADY_MEMBER: "The person is already a member of the workspace.",
  INVITATION_INVALID: "The invitation is unknown, was revoked, has expired, or is used up.",
  INVITATION_FOR_OTHER: "The invitation is for an email address other than the caller's.",
  FOLDER_NAME_TAKEN: "The parent has another folder with this name.",
  FOLDER_NOT_EMPTY: "The folder isn't empty, and the call requires that it is.",
  FOLDER_CYCLE: "The target is the folder itself or inside it.",
  FOLDER_TOO_DEEP: "The folder, or one inside it, would be nested too deeply.",
  BASE_VERSION_REQUIRED: "A text was sent without the version that it is based on, so it can't be merged.",
  VERSION_CONFLICT:
    "The document's version isn't the one that the call names or requires. Read the document, and try again.",
  DOCUMENT_TOO_LARGE: "The text would exceed 1.5 MiB in UTF-8, after the merge.",
  DOCUMENT_DAMAGED:
    "The document's log can't be read. Its saved versions can, and an operator can repair it.",
  FILE_CHANGED: "The file's hash isn't the one that the call names. Read the file, and try again.",
  BAD_UPDATE: "The update isn't a valid Yjs update of the document's text, or is too costly to apply.",
  FOREIGN_CLIENT_ID:
    "The update has characters under a Yjs client ID of another person. Choose a new client ID.",
  UPDATE_GAP:
    "The update refers to earlier ones that the server lacks. Send everything that the server's state vector lacks.",
  RESYNC_REQUIRED:
    "The position to resume from is too old, or a backup was restored. Start from the current state.",
  ANCHOR_NOT_FOUND:
    "The passage of a comment isn't in the text. Text that was just typed may not be saved yet.",
  NOT_AUTHOR: "Only the author of the comment may edit it.",
  SHARE_PASSWORD_REQUIRED: "The link has a password. Repeat the call with it.",
  SHARE_PASSWORD_WRONG: "The password of the link is wrong.",
  FILE_TOO_LARGE: "The file exceeds the size that the server accepts.",
  QUOTA_EXCEEDED: "The workspace's files would exceed its quota. Purge files, or ask for a larger quota.",
  UPLOAD_INCOMPLETE: "Not all bytes have arrived. A GET on the upload's URL returns how many have.",
  UPLOAD_MISMATCH: "The size or hash of the bytes differs from the declared one. Start a new upload.",
  ARCHIVE_INVALID: "The uploaded file isn't a zip archive, or it is damaged.",
  ARCHIVE_TOO_LARGE: "The archive has too many entries, or is too large when unpacked.",
  IMPORT_RUNNING: "Another call is importing this archive.",
  LINK_INVALID: "The signed URL is malformed or has expired, or its owner has lost access. Get a new one.",
  LIMIT_REACHED: "A limit in the procedure's description has been reached. Delete something first.",
  IDEMPOTENCY_KEY_REUSED:
    "The idempotency key was used for a call with different input. Choose a new one for each call.",
  RESULT_NOT_STORED:
    "The call was made before with this idempotency key. Its result is a secret, was too large, or was lost. Read the current " +
    "state.",

  UNAVAILABLE:
    "The server is busy, or a service that it needs is. Repeat the call after `retryAfter` seconds.",
  INTERNAL:
    "An unexpected error occurred, which the server's log describes under `requestId`. The call may have taken " +
    "effect.",
};
