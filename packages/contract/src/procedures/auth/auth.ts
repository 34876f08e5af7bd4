import type { Reason } from "../../errors.ts";
import type { ProcedureNotes } from "../notes.ts";
import { stepUpErrors } from "./second-factor.ts";

/** Why something can't be handed over. */
export const handOverErrors = [
  "NOT_SOLE_OWNER",
  "RECIPIENT_INVALID",
  "RECIPIENT_MISSING",
] as const satisfies readonly Reason[];

export const authProcedures = {
  "auth.signInOptions": {
    summary: "List the ways to sign in",
    description: "For the sign-in page. No account is needed.",
  },
  "auth.register": {
    summary: "Register",
    description:
      "Creates an account, signs in, and sends an email with a link that verifies the address. At most 1,000 accounts " +
      "per network in ten minutes.",
    errors: [
      "EMAIL_TAKEN",
      "USERNAME_TAKEN",
      "REGISTRATION_CLOSED",
      "REGISTRATION_BY_INVITATION",
      "EMAIL_DOMAIN_NOT_ALLOWED",
      "SETUP_LINK_INVALID",
      "PASSWORD_SIGN_IN_DISABLED",
    ],
  },
  "auth.login": {
    summary: "Sign in",
    description:
      "Opens a session. A wrong password and an unknown email address give the same error. At most 5 attempts per " +
      "account and network, and 20 per network, in a minute.",
    errors: [
      "BAD_CREDENTIALS",
      "PASSWORD_CHANGE_REQUIRED",
      "SECOND_FACTOR_REQUIRED",
      "SECOND_FACTOR_WRONG",
      "PASSKEY_INVALID",
      "PASSKEY_CHALLENGE_INVALID",
      "PASSWORD_SIGN_IN_DISABLED",
    ],
  },
  "auth.refresh": {
    summary: "Refresh the access token",
    description:
      "A refresh token can be used once; store the new one from the response. Using an old one ends the session, " +
      "because it may have been stolen. The session is extended each time.",
    errors: [
      "UNAUTHENTICATED",
      "REFRESH_TOKEN_INVALID",
      "REFRESH_TOKEN_REUSED",
      "SESSION_ENDED",
      "ACCOUNT_SUSPENDED",
    ],
  },
  "auth.logout": {
    summary: "Sign out",
    description:
      "Ends the sessions of all tokens sent: the access token, the refresh token in the input, and the browser's " +
      "cookie. One of them is enough. Signing out twice isn't an error.",
    errors: [
      "UNAUTHENTICATED",
      "TOKEN_INVALID",
      "TOKEN_EXPIRED",
      "REFRESH_TOKEN_INVALID",
      "ACCOUNT_SESSION_REQUIRED",
    ],
  },
  "auth.instance": {
    summary: "Get the instance's public information",
    description:
      "Who may register and create workspaces, the banner, the legal pages, and whether the server sends email. No " +
      "account is needed.",
  },
  "auth.me": {
    summary: "Get the signed-in user",
    description: "Also shows whether the email address is verified and whether the user is a superuser.",
  },
  "auth.updateProfile": {
    summary: "Update the profile",
    description: "Changes the names that others see. Omitted fields don't change.",
    errors: ["USERNAME_TAKEN"],
  },
  "auth.listHoldings": {
    summary: "List what you would leave behind",
    description:
      "Workspaces without another active owner, API keys, public links and pending invitations of the caller, newest " +
      "first. Keys that belong to workspaces aren't listed, because they stay with them.",
  },
  "auth.handOver": {
    summary: "Hand over what you would leave behind",
    description:
      "Gives ownership and public links to other members, and revokes keys and invitations, in one transaction, for " +
      "example before the account is deleted. Keys that belong to workspaces stay with them.",
    errors: [...handOverErrors],
  },
  "auth.exportAccount": {
    summary: "Get a URL that exports the account as a zip archive",
    description:
      "The profile, sessions, identities, API keys and audit entries of the account, and for each workspace that the " +
      "user is a member of: their favorites and recent documents, and the documents, saved versions, comments and " +
      "files that they created. Content that the user loses access to during the download is left out, and the " +
      "download ends with the session. Each server runs one download of an account at a time. At most 10 attempts in " +
      "ten minutes, and 10 URLs an hour.",
    errors: [...stepUpErrors],
  },
  "auth.deleteAccount": {
    summary: "Delete the account",
    description:
      "Ends all sessions, keys and memberships of the account immediately. The user's contributions remain in their " +
      "workspaces, without an author; workspaces without other members are deleted. A superuser can restore the " +
      "account until `purgeAt`; the email address and username remain reserved until then. At most 10 attempts in " +
      "ten minutes.",
    errors: [...stepUpErrors, "SOLE_OWNER_OF_WORKSPACES", "LAST_SUPERUSER"],
  },
  "auth.changePassword": {
    summary: "Change the password",
    description:
      "Ends all other sessions of the account and sends an email about it. At most 10 attempts in ten minutes.",
    errors: [...stepUpErrors, "PASSWORD_SIGN_IN_DISABLED"],
  },
  "auth.requestPasswordReset": {
    summary: "Request a password reset email",
    description:
      "The response is the same whether or not the account exists. At most 10 emails per account and network, and 50 " +
      "per network, in an hour.",
    errors: ["PASSWORD_SIGN_IN_DISABLED"],
  },
  "auth.resetPassword": {
    summary: "Reset the password with the token from the email",
    description:
      "Also verifies the address, and revokes all earlier access: sessions, API keys, linked identities, and the " +
      "links and invitations that the account created. At most 10 attempts per network in ten minutes.",
    errors: ["EMAIL_TOKEN_INVALID", "PASSWORD_SIGN_IN_DISABLED"],
  },
  "auth.requestEmailVerification": {
    summary: "Request a verification email",
    description: "Does nothing if the address is already verified. At most 10 emails in an hour.",
  },
  "auth.verifyEmail": {
    summary: "Verify the email address with the token from the email",
    description: "No sign-in is needed, because the link may be opened on another device.",
    errors: ["EMAIL_TOKEN_INVALID"],
  },
} as const satisfies Record<string, ProcedureNotes>;
