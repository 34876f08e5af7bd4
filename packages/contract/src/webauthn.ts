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
  "The client data: the challenge, the origin and the kind of request.",
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
        "The authenticator's data about the site and the user verification.",
      ),
      signature: base64url(2_048).describe("The signature of both, which the public key verifies."),
      userHandle: base64url(128).nullish().describe("The account's ID, if the authenticator stores it."),
    })
    .describe("The signed response of the authenticator."),
});
export type PasskeyAssertion = z.infer<typeof passkeyAssertion>;

/** A new passkey, as `navigator.credentials.create()` returns it. */
export const passkeyAttestation = z.object({
  ...credentialFields,
  response: z
    .object({
      clientDataJSON: clientDataJson,
      attestationObject: base64url(8_192).describe("The public key, with the authenticator's data about it."),
      transports: transports.optional().describe("How browsers reach the authenticator."),
    })
    .describe("The new credential from the authenticator."),
});
export type PasskeyAttestation = z.infer<typeof passkeyAttestation>;

const challenge = z.string().describe("The bytes for the passkey to sign. They work once, for five minutes.");
const timeout = z.int().describe("How long the browser waits for the person, in milliseconds.");
const credentials = z.array(
  z.object({
    type,
    id: z.string().describe("The authenticator's ID of a passkey."),
    transports: z.array(z.string()).describe("How browsers reach the authenticator."),
  }),
);

/** The options with which a browser asks for a signature, for `navigator.credentials.get()`. */
export const passkeyRequestOptions = z.object({
  challenge,
  timeout,
  rpId: z.string().describe("The domain that the passkey must belong to, which is the server's."),
  allowCredentials: credentials.describe(
    "The passkeys to choose from. Empty if any passkey of the site is accepted.",
  ),
  userVerification: z
    .literal("required")
    .describe("Always `required`: the authenticator must verify the person, such as with a PIN."),
});
export type PasskeyRequestOptions = z.infer<typeof passkeyRequestOptions>;

/** The options with which a browser creates a passkey, for `navigator.credentials.create()`. */
export const passkeyCreationOptions = z.object({
  challenge,
  timeout,
  rp: z
    .object({
      id: z.string().describe("The domain that the passkey will belong to, which is the server's."),
      name: z.string().describe("The name of the site that authenticators show."),
    })
    .describe("The site that the passkey is for."),
  user: z
    .object({
      id: z.string().describe("The account's ID, which the authenticator stores."),
      name: z.string().describe("The account's email address, by which people recognize it."),
      displayName: z.string().describe("The person's full name, or the username."),
    })
    .describe("The owner of the passkey."),
  pubKeyCredParams: z
    .array(z.object({ type, alg: z.int().describe("The COSE number of the algorithm.") }))
    .describe("The algorithms that the server accepts, the preferred one first."),
  excludeCredentials: credentials.describe(
    "The account's passkeys. Their authenticators don't create a second one.",
  ),
  authenticatorSelection: z
    .object({
      residentKey: z
        .literal("required")
        .describe(
          "Always `required`: the authenticator stores the account, so that people don't have to enter it.",
        ),
      requireResidentKey: z.literal(true).describe("The same for older browsers."),
      userVerification: z
        .literal("required")
        .describe("Always `required`: the authenticator must verify the person, such as with a PIN."),
    })
    .describe("Requirements that the authenticator must meet."),
  attestation: z.literal("none").describe("Always `none`: the server accepts authenticators of any make."),
});
export type PasskeyCreationOptions = z.infer<typeof passkeyCreationOptions>;
