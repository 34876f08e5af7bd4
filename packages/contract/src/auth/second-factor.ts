import { z } from "zod";

import { secret } from "../text.ts";
import { confirmationCode, confirmationPasskey, secondFactorCode, token } from "./auth.ts";

const currentPassword = secret(1, 256)
  .optional()
  .describe(
    "The account's password. Omit it for an account without one, whose owner must have signed in within the last " +
      "ten minutes.",
  );

/** Proof that the person at the computer is still the one who signed in. */
export const confirmation = {
  password: currentPassword,
  code: confirmationCode,
  passkey: confirmationPasskey,
};

/** The second factor of the caller's account. */
export const secondFactor = z.object({
  isEnabled: z.boolean().describe("Whether signing in with the password also needs a code or a passkey."),
  hasAuthenticatorApp: z.boolean().describe("Whether an authenticator app is set up."),
  passkeyCount: z.int().describe("The number of passkeys, each of which is a second factor too."),
  recoveryCodesLeft: z.int().describe("How many recovery codes can still be used."),
  isRequired: z
    .boolean()
    .describe("Whether the server requires a second factor from everyone with a password."),
});
export type SecondFactor = z.infer<typeof secondFactor>;

export const secondFactorStartInput = z.strictObject(confirmation).prefault({});
export type SecondFactorConfirmation = z.infer<typeof secondFactorStartInput>;

/** A new secret, which counts once a code of it was entered. */
export const secondFactorStarted = z.object({
  secret: z
    .string()
    .describe("The secret for an authenticator app, in base32, if the app can't read the QR code."),
  uri: z.string().describe("The content of the QR code, which contains the secret."),
  token: z.string().describe("The token for `auth.secondFactor.confirm`. It is valid for ten minutes."),
});
export type SecondFactorStarted = z.infer<typeof secondFactorStarted>;

export const secondFactorConfirmInput = z.strictObject({
  token: token.describe("The token from `auth.secondFactor.start`."),
  code: secondFactorCode.describe("The current code from the authenticator app."),
});

/** New recovery codes. Earlier ones are invalid. */
export const recoveryCodes = z.object({
  recoveryCodes: z
    .array(z.string())
    .describe(
      "Recovery codes, each of which replaces a code from the authenticator app once. They are returned only here.",
    ),
});
export type RecoveryCodes = z.infer<typeof recoveryCodes>;

export const secondFactorRegenerateInput = z.strictObject(confirmation).prefault({});
export const secondFactorDisableInput = z.strictObject(confirmation).prefault({});
