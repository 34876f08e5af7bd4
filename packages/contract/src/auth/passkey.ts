import { z } from "zod";

import { createPageSchema, pageFields } from "../pagination.ts";
import { id, name, timestamp } from "../text.ts";
import {
  passkeyAssertion,
  passkeyAttestation,
  passkeyCreationOptions,
  passkeyRequestOptions,
} from "../webauthn.ts";
import { loginInput, tokenDelivery } from "./auth.ts";
import { confirmation } from "./second-factor.ts";

/** Maximum number of passkeys per account. */
export const maxPasskeys = 20;

const passkeyName = name(60);

/** A passkey of the caller's account. */
export const passkey = z.object({
  id: id.describe("Identifies the passkey, for renaming or removing it."),
  name: z.string().describe("The name that its owner gave it."),
  needsPassword: z
    .boolean()
    .describe(
      "Whether the passkey is accepted only together with the password, because the password has been reset. After " +
        "both were used once, it works alone again.",
    ),
  createdAt: timestamp.describe("When the passkey was added."),
  lastUsedAt: timestamp.nullable().describe("When it was last used. Null if it never was."),
});
export type Passkey = z.infer<typeof passkey>;

export const passkeyListInput = z.strictObject(pageFields).prefault({});
export const passkeyList = createPageSchema(passkey);

export const passkeyStartCreationInput = z.strictObject(confirmation).prefault({});
export const passkeyCreationStarted = z.object({
  options: passkeyCreationOptions.describe(
    "The options for the browser's `navigator.credentials.create()`, in JSON.",
  ),
});

export const passkeyCreateInput = z.strictObject({
  name: passkeyName.describe("A name that its owner will recognize."),
  credential: passkeyAttestation.describe("The result of `navigator.credentials.create()`, in JSON."),
});
export type PasskeyCreateInput = z.infer<typeof passkeyCreateInput>;
export const passkeyCreated = z.object({
  passkey: passkey.describe("The passkey that was added to the account."),
  recoveryCodes: z
    .array(z.string())
    .nullable()
    .describe(
      "Recovery codes, each of which replaces the second factor once. They are returned only here, and only if this " +
        "is the account's first second factor; otherwise null.",
    ),
});
export type PasskeyCreated = z.infer<typeof passkeyCreated>;

export const passkeyUpdateInput = z.strictObject({
  id: id.describe("The passkey to rename. It must be one of the caller's."),
  name: passkeyName.describe("The new name, which only its owner sees."),
});
export const passkeyRemoveInput = z.strictObject({
  id: id.describe("The passkey to remove. It must be one of the caller's."),
  ...confirmation,
});
export type PasskeyRemoveInput = z.infer<typeof passkeyRemoveInput>;

/** A request for a signature. */
export const passkeyRequested = z.object({
  options: passkeyRequestOptions.describe(
    "The options for the browser's `navigator.credentials.get()`, in JSON.",
  ),
});
export type PasskeyRequested = z.infer<typeof passkeyRequested>;

export const passkeyLoginInput = z.strictObject({
  passkey: passkeyAssertion.describe("The result of `navigator.credentials.get()`, in JSON."),
  refreshTokenDelivery: tokenDelivery,
});
export type PasskeyLoginInput = z.infer<typeof passkeyLoginInput>;

export const passkeyStartSecondFactorInput = loginInput.pick({ email: true, password: true });
export type PasskeyStartSecondFactorInput = z.infer<typeof passkeyStartSecondFactorInput>;
