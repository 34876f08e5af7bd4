import type { Reason } from "../../errors.ts";
import type { ProcedureNotes } from "../notes.ts";
import { stepUpErrors } from "./second-factor.ts";

/** The reasons for which a passkey is not accepted. */
const passkeyErrors = ["PASSKEY_INVALID", "PASSKEY_CHALLENGE_INVALID"] as const satisfies readonly Reason[];

export const passkeyProcedures = {
  "auth.passkey.list": {
    summary: "List your passkeys",
    description: "Newest first. Each one signs in without the password, and is a second factor after it.",
  },
  "auth.passkey.startCreation": {
    summary: "Start adding a passkey",
    description:
      "Returns what a browser needs to create one, which `auth.passkey.create` then adds. The challenge works once, for five " +
      "minutes, in this session. At most 20 passkeys per account.",
    errors: [...stepUpErrors, "PASSWORD_SIGN_IN_DISABLED", "LIMIT_REACHED"],
  },
  "auth.passkey.create": {
    summary: "Add a passkey",
    description:
      "Sends an email about it. If it is the account's first second factor, signing in with the password needs it from then " +
      "on, all other sessions end, and recovery codes are returned, only once.",
    errors: [...passkeyErrors, "PASSKEY_TAKEN", "PASSWORD_SIGN_IN_DISABLED", "LIMIT_REACHED"],
  },
  "auth.passkey.update": {
    summary: "Rename a passkey",
    description: "The name is shown to its owner only.",
    errors: ["NOT_FOUND"],
  },
  "auth.passkey.remove": {
    summary: "Remove a passkey",
    description:
      "Ends the other sessions that it opened, and sends an email about it. The recovery codes go with the last second factor. " +
      "The last way to sign in can't be removed.",
    errors: ["NOT_FOUND", "SECOND_FACTOR_SETUP_REQUIRED", "LAST_SIGN_IN_METHOD", ...stepUpErrors],
  },
  "auth.passkey.startLogin": {
    summary: "Start signing in with a passkey",
    description:
      "Returns what a browser needs to ask for any passkey of the site. The answer is the same for everyone. At most 200 calls " +
      "about passkeys per network in a minute.",
  },
  "auth.passkey.login": {
    summary: "Sign in with a passkey",
    description:
      "Opens a session. A passkey counts as both factors, so neither a password nor a code is needed. On a server " +
      "that doesn't accept passwords, only superusers can sign in with one.",
    errors: [
      ...passkeyErrors,
      "PASSKEY_PASSWORD_REQUIRED",
      "PASSWORD_CHANGE_REQUIRED",
      "PASSWORD_SIGN_IN_DISABLED",
      "ACCOUNT_SUSPENDED",
    ],
  },
  "auth.passkey.startSecondFactor": {
    summary: "Start using a passkey as the second factor",
    description:
      "Checks the password as `auth.login` does, and returns what a browser needs to ask for a passkey of the account. " +
      "`auth.login` then takes the answer as `passkey`.",
    errors: ["BAD_CREDENTIALS", "PASSWORD_SIGN_IN_DISABLED", "NOT_FOUND"],
  },
  "auth.passkey.startConfirmation": {
    summary: "Start confirming an action with a passkey",
    description:
      "Returns what a browser needs to ask for a passkey of the caller. Calls that need a confirmation take the answer as " +
      "`passkey`, once, in this session, in place of the password and the code.",
    errors: ["NOT_FOUND"],
  },
} as const satisfies Record<string, ProcedureNotes>;
