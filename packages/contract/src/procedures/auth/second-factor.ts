import type { Reason } from "../../errors.ts";
import type { ProcedureNotes } from "../notes.ts";

/** Why a sensitive action is not confirmed. */
export const stepUpErrors = [
  "PASSWORD_WRONG",
  "SIGN_IN_AGAIN",
  "SECOND_FACTOR_REQUIRED",
  "SECOND_FACTOR_WRONG",
  "PASSKEY_INVALID",
  "PASSKEY_CHALLENGE_INVALID",
] as const satisfies readonly Reason[];

export const secondFactorProcedures = {
  "auth.secondFactor.get": {
    summary: "Get the state of your second factor",
    description: "Also shows whether the server requires one.",
  },
  "auth.secondFactor.start": {
    summary: "Start setting up a second factor",
    description:
      "Returns a secret for an authenticator app. It takes effect once a code from the app is confirmed, and " +
      "replaces the earlier one, if any.",
    errors: [...stepUpErrors],
  },
  "auth.secondFactor.confirm": {
    summary: "Turn the second factor on",
    description:
      "Ends all other sessions and sends an email about it. The recovery codes are returned only once. At most 10 " +
      "codes in ten minutes.",
    errors: ["SECOND_FACTOR_SETUP_INVALID", "SECOND_FACTOR_WRONG"],
  },
  "auth.secondFactor.regenerate": {
    summary: "Replace the recovery codes",
    description: "Earlier codes stop working. The new ones are returned only once.",
    errors: ["NOT_FOUND", ...stepUpErrors],
  },
  "auth.secondFactor.disable": {
    summary: "Turn the second factor off",
    description: "Also removes the recovery codes, and sends an email about it.",
    errors: ["NOT_FOUND", "SECOND_FACTOR_SETUP_REQUIRED", ...stepUpErrors],
  },
} as const satisfies Record<string, ProcedureNotes>;
