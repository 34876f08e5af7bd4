import type { RouterInputs, RouterOutputs } from "@mdreader/client";
import { startAuthentication, startRegistration, WebAuthnError } from "@simplewebauthn/browser";

import { client } from "../../lib/client.ts";

export type PasskeyAnswer = RouterInputs["auth"]["passkey"]["login"]["passkey"];
type Credential = RouterInputs["auth"]["passkey"]["create"]["credential"];
type Requested = RouterOutputs["auth"]["passkey"]["startLogin"];
type CreationStarted = RouterOutputs["auth"]["passkey"]["startCreation"];

/** Asks the person for a passkey. */
export const askForPasskey = ({ options }: Requested): Promise<PasskeyAnswer> =>
  describeFailure(startAuthentication({ optionsJSON: options }));

/** Has the browser create a passkey. */
export const createCredential = ({ options }: CreationStarted): Promise<Credential> =>
  describeFailure(startRegistration({ optionsJSON: options }));

/** Signs in with any passkey of this site. */
export async function logInWithPasskey() {
  const passkey = await askForPasskey(await client.auth.passkey.startLogin.mutate());
  return client.auth.passkey.login.mutate({ passkey });
}

/** Replaces the messages of browsers, which are vague and meant for programmers. */
async function describeFailure<T>(ceremony: Promise<T>): Promise<T> {
  try {
    return await ceremony;
  } catch (error) {
    const isKnown =
      error instanceof WebAuthnError && error.code === "ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED";
    throw new Error(
      isKnown
        ? "This device or password manager already has a passkey for your account."
        : "No passkey was used. Try again, or use a different method.",
      { cause: error },
    );
  }
}
