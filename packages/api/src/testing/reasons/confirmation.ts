import { authSessions, secondFactors } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { ChallengeBinding } from "../../auth/passkey/challenges.ts";
import { createTotpSecret, sealTotpSecret } from "../../auth/second-factor/totp-secret.ts";
import { insertUser, type TestActor } from "../factories.ts";
import type { MatrixFixture } from "../matrix/fixture.ts";
import { createAppAuthenticator, signChallenge } from "../passkeys.ts";
import { generateTotp } from "../second-factors.ts";
import { callAs, type FailingRow, insertUserWithPassword } from "./fixture.ts";

/** The binding of a challenge for a sign-in. */
export const loginBinding = { purpose: "login", userId: null, sessionId: null } as const;

/** Signs a challenge with a passkey that no account has. */
export const signWithUnknown = ({ app }: MatrixFixture, binding: ChallengeBinding) =>
  signChallenge(app, createAppAuthenticator(app), binding, { userHandle: "AAAA" });

/** Turns the second factor of a user on. @returns The current code. */
export async function enableFactor({ app }: MatrixFixture, { id: userId }: TestActor): Promise<string> {
  const secret = createTotpSecret();
  const sealed = await sealTotpSecret(app.services, userId, secret);
  await app.services.database.db.insert(secondFactors).values({ userId, secret: sealed, lastUsedStep: 0 });
  return generateTotp(app, secret);
}

/** Sends a code that an authenticator app does not show. */
export const toWrongCode = (code: string) => String((Number(code) + 500_000) % 1_000_000).padStart(6, "0");

/**
 * The reasons for which the confirmation of a sensitive action fails.
 * @param createInput Creates the remaining input of the procedure.
 * @param passwordField The field with the current password.
 * @param fields What the callers have, such as the role of superuser.
 */
export const createConfirmationRows = (
  createInput: (fixture: MatrixFixture) => object | Promise<object> = () => ({}),
  passwordField = "password",
  fields: Parameters<typeof insertUser>[1] = {},
) =>
  ({
    PASSWORD_WRONG: async (fixture) =>
      callAs(await insertUserWithPassword(fixture, fields), {
        ...(await createInput(fixture)),
        [passwordField]: "not this one",
      }),
    SIGN_IN_AGAIN: async (fixture) => {
      const actor = await insertUser(fixture.app, fields);
      await fixture.app.services.database.db
        .update(authSessions)
        .set({ authenticatedAt: new Date(Date.now() - 3_600_000).toISOString() })
        .where(eq(authSessions.id, actor.credential.sessionId));
      return callAs(actor, await createInput(fixture));
    },
    SECOND_FACTOR_REQUIRED: async (fixture) => {
      const actor = await insertUser(fixture.app, fields);
      await enableFactor(fixture, actor);
      return callAs(actor, await createInput(fixture));
    },
    SECOND_FACTOR_WRONG: async (fixture) => {
      const actor = await insertUser(fixture.app, fields);
      return callAs(actor, {
        ...(await createInput(fixture)),
        code: toWrongCode(await enableFactor(fixture, actor)),
      });
    },
    PASSKEY_INVALID: async (fixture) => {
      const { credential } = await insertUser(fixture.app, fields);
      const { userId, sessionId } = credential;
      const binding = { purpose: "confirmation", userId, sessionId } as const;
      const passkey = await signWithUnknown(fixture, binding);
      return callAs({ credential }, { ...(await createInput(fixture)), passkey });
    },
    PASSKEY_CHALLENGE_INVALID: async (fixture) => {
      const actor = await insertUser(fixture.app, fields);
      return callAs(actor, {
        ...(await createInput(fixture)),
        passkey: await signWithUnknown(fixture, loginBinding),
      });
    },
  }) satisfies Record<string, FailingRow>;
