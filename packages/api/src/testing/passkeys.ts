import type { Passkey, PasskeyAssertion } from "@mdreader/contract";
import { createId, passkeys } from "@mdreader/db";

import { type ChallengeBinding, createChallenge } from "../auth/passkey/challenges.ts";
import { createRelyingParty } from "../auth/passkey/relying-party.ts";
import { toUserHandle } from "../auth/passkey/verify.ts";
import { type TestUser, validPassword } from "./accounts.ts";
import type { Client, TestApp } from "./app.ts";
import { type Ceremony, createAuthenticator, type TestAuthenticator } from "./authenticator.ts";

/** An account's passkey and the authenticator that holds it. */
export interface TestPasskey {
  authenticator: TestAuthenticator;
  passkey: Passkey;
  recoveryCodes: string[] | null;
}

/** Creates an authenticator whose browser shows the app. */
export const createAppAuthenticator = ({ services }: TestApp): TestAuthenticator =>
  createAuthenticator(services.settings.appUrl);

/** Adds a passkey to an account. @param confirmation What confirms it; by default, the password. */
export async function addPasskey(
  app: TestApp,
  { client }: Pick<TestUser, "client">,
  confirmation: { password?: string; code?: string; passkey?: PasskeyAssertion } = {
    password: validPassword,
  },
  name = "Laptop",
): Promise<TestPasskey> {
  const authenticator = createAppAuthenticator(app);
  const { options } = await client.auth.passkey.startCreation(confirmation);
  const credential = authenticator.create(options);
  return { authenticator, ...(await client.auth.passkey.create({ name, credential })) };
}

/** Signs a challenge for a sign-in. */
export async function signLogin(
  app: TestApp,
  { authenticator }: Pick<TestPasskey, "authenticator">,
  ceremony: Ceremony = {},
): Promise<PasskeyAssertion> {
  const { options } = await app.as().auth.passkey.startLogin();
  return authenticator.get(options, ceremony);
}

/** Signs a challenge that confirms an action. */
export async function signConfirmation(
  client: Client,
  { authenticator }: Pick<TestPasskey, "authenticator">,
): Promise<PasskeyAssertion> {
  const { options } = await client.auth.passkey.startConfirmation();
  return authenticator.get(options);
}

/** Inserts a passkey of an account, without the calls that add one. */
export async function insertPasskey(
  { services }: TestApp,
  userId: string,
): Promise<{ id: string; authenticator: TestAuthenticator }> {
  const authenticator = createAuthenticator(services.settings.appUrl, toUserHandle(userId));
  const id = createId();
  await services.database.db.insert(passkeys).values({ id, userId, name: "Laptop", ...authenticator.stored });
  return { id, authenticator };
}

/** Signs a challenge with any binding. */
export async function signChallenge(
  { services }: TestApp,
  authenticator: TestAuthenticator,
  binding: ChallengeBinding,
  ceremony: Ceremony = {},
): Promise<PasskeyAssertion> {
  const challenge = await createChallenge(services, binding);
  return authenticator.get({ challenge, rpId: createRelyingParty(services).id }, ceremony);
}
