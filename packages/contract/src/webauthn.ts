import { z } from "zod";

/**
 * The JSON of WebAuthn that browsers create and read (`parseCreationOptionsFromJSON()`, `toJSON()`). Bytes are in
 * base64url. Fields that the server doesn't need are ignored.
 */

const base64url = (maxLength: number) => z.base64url().min(1).max(maxLength);

/** An authenticator's ID of a passkey has at most 1,023 bytes. */
const credentialId = base64url(1_364);
const type = z.literal("public-key").describe("Always `public-key`.");
const clientDataJson = base64url(4_096).describe(
  "What the browser says that it asked the authenticator for.",
);
const transports = z.array(z.string().max(32)).max(16);

const credentialFields = {
  id: credentialId.describe("The authenticator's ID of the passkey."),
  rawId: credentialId.describe("The same ID again."),
  type,
};

/** A passkey's answer to a challenge, as `navigator.credentials.get()` returns it. */
export const passkeyAssertion = z.object({
  ...credentialFields,
  response: z
    .object({
      clientDataJSON: clientDataJson,
      authenticatorData: base64url(4_096).describe(
        "What the authenticator says about the site and the person.",
      ),
      signature: base64url(2_048).describe("What the passkey made of both, for its public key to check."),
      userHandle: base64url(128).nullish().describe("The account's ID, if the authenticator stores it."),
    })
    .describe("What the authenticator signed."),
});
export type PasskeyAssertion = z.infer<typeof passkeyAssertion>;

/** A new passkey, as `navigator.credentials.create()` returns it. */
export const passkeyAttestation = z.object({
  ...credentialFields,
  response: z
    .object({
      clientDataJSON: clientDataJson,
      attestationObject: base64url(8_192).describe(
        "The public key, and what the authenticator says about it.",
      ),
      transports: transports.optional().describe("How browsers reach the authenticator."),
    })
    .describe("What the authenticator created."),
});
export type PasskeyAttestation = z.infer<typeof passkeyAttestation>;

const challenge = z.string().describe("What the passkey is to sign. It works once, for five minutes.");
const timeout = z.int().describe("How long the browser waits for the person, in milliseconds.");
const credentials = z.array(
  z.object({
    type,
    id: z.string().describe("The authenticator's ID of a passkey."),
    transports: z.array(z.string()).describe("How browsers reach the authenticator."),
  }),
);

/** What a browser needs to ask for a signature, as `navigator.credentials.get()` takes it. */
export const passkeyRequestOptions = z.object({
  challenge,
  timeout,
  rpId: z.string().describe("The domain that the passkey must belong to, which is the server's."),
  allowCredentials: credentials.describe("The passkeys to choose from. Empty if any of the site's will do."),
  userVerification: z
    .literal("required")
    .describe("Always `required`: the authenticator must check who the person is, such as by a PIN."),
});
export type PasskeyRequestOptions = z.infer<typeof passkeyRequestOptions>;

/** What a browser needs to create a passkey, as `navigator.credentials.create()` takes it. */
export const passkeyCreationOptions = z.object({
  challenge,
  timeout,
  rp: z
    .object({
      id: z.string().describe("The domain that the passkey will belong to, which is the server's."),
      name: z.string().describe("The name of the site for authenticators."),
    })
    .describe("Where the passkey can be used."),
  user: z
    .object({
      id: z.string().describe("The account's ID, which the authenticator stores."),
      name: z.string().describe("The account's email address, by which people recognize it."),
      displayName: z.string().describe("The person's own name, or the username."),
    })
    .describe("Whose passkey it will be."),
  pubKeyCredParams: z
    .array(z.object({ type, alg: z.int().describe("The COSE number of the algorithm.") }))
    .describe("The algorithms that the server accepts, the preferred one first."),
  excludeCredentials: credentials.describe(
    "The passkeys of the account, whose authenticators need no other.",
  ),
  authenticatorSelection: z
    .object({
      residentKey: z
        .literal("required")
        .describe(
          "Always `required`: the authenticator stores the account, so that people need not name it.",
        ),
      requireResidentKey: z.literal(true).describe("The same for older browsers."),
      userVerification: z
        .literal("required")
        .describe("Always `required`: the authenticator must check who the person is, such as by a PIN."),
    })
    .describe("What the authenticator must be able to do."),
  attestation: z.literal("none").describe("Always `none`: the server accepts authenticators of any make."),
});
export type PasskeyCreationOptions = z.infer<typeof passkeyCreationOptions>;
