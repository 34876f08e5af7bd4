import type { ProcedureNotes } from "../../notes.ts";
import { handOverErrors } from "../auth.ts";

export const userProcedures = {
  "auth.admin.user.list": {
    summary: "List users",
    description:
      "All accounts of the instance, newest first, including deleted ones until they are purged. `search` finds " +
      "parts of email addresses and names.",
  },
  "auth.admin.user.suspend": {
    summary: "Suspend an account",
    description:
      "The user's sessions, keys and signed links stop working immediately; sockets and streams end within two " +
      "seconds.",
    errors: ["NOT_FOUND", "LAST_SUPERUSER"],
  },
  "auth.admin.user.reactivate": {
    summary: "Reactivate a suspended account",
    description: "The user can sign in again. Sessions that the suspension ended stay ended.",
    errors: ["NOT_FOUND"],
  },
  "auth.admin.user.verify": {
    summary: "Mark an email address as verified",
    description: "For users who can't receive the email.",
    errors: ["NOT_FOUND"],
  },
  "auth.admin.user.cancelEmailChange": {
    summary: "Cancel the pending change of a user's email address",
    description: "The links in both emails stop working.",
    errors: ["NOT_FOUND"],
  },
  "auth.admin.user.requirePasswordChange": {
    summary: "Require a new password at the next sign-in",
    description: "Ends all sessions of the user.",
    errors: ["NOT_FOUND"],
  },
  "auth.admin.user.resetSecondFactor": {
    summary: "Remove the second factor of someone who has lost it",
    description:
      "Ends all sessions of the user, who then signs in with the password alone, and sends an email about it.",
    errors: ["NOT_FOUND", "SECOND_FACTOR_OWN"],
  },
  "auth.admin.user.endSessions": {
    summary: "Sign a user out everywhere",
    description: "The user can sign in again right away.",
    errors: ["NOT_FOUND"],
  },
  "auth.admin.user.listHoldings": {
    summary: "List what a user would leave behind",
    description:
      "Workspaces without another active owner, API keys, public links and pending invitations of the user, newest " +
      "first. Titles of documents aren't shown. Keys that belong to workspaces aren't listed, because they stay with " +
      "them.",
    errors: ["NOT_FOUND"],
  },
  "auth.admin.user.handOver": {
    summary: "Hand over what a suspended user leaves behind",
    description:
      "Gives ownership and public links to active members of the same workspaces, and revokes keys and invitations, " +
      "in one transaction. Keys that belong to workspaces stay with them.",
    errors: ["NOT_FOUND", "USER_NOT_SUSPENDED", ...handOverErrors],
  },
  "auth.admin.user.delete": {
    summary: "Delete an account",
    description:
      "Ends all sessions, keys and memberships of the user immediately. The user's contributions remain in their " +
      "workspaces, without an author; workspaces without other members are deleted. The account can be restored " +
      "until it is purged, after the retention in the settings.",
    errors: ["NOT_FOUND", "USER_OWNS_WORKSPACES", "ACCOUNT_OWN"],
  },
  "auth.admin.user.restore": {
    summary: "Restore a deleted account",
    description:
      "Works until the account is purged. Also restores the user's memberships, and the workspaces that were deleted " +
      "with the account. Sessions, API keys and invitations remain ended, and a former superuser is an ordinary user.",
    errors: ["NOT_FOUND"],
  },
  "auth.admin.user.purge": {
    summary: "Purge a deleted account before its retention ends",
    description:
      "Deletes the account permanently, with the workspaces that were deleted with it, and sends an email about it. " +
      "This can't be undone.",
    errors: ["NOT_FOUND"],
  },
  "auth.admin.user.updateSuperuser": {
    summary: "Make a user a superuser, or an ordinary user again",
    description: "Superusers administer the instance, but get no access to workspaces.",
    errors: ["NOT_FOUND", "LAST_SUPERUSER"],
  },
} as const satisfies Record<string, ProcedureNotes>;
