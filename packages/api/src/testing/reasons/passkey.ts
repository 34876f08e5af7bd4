import { createId, passkeys, users } from "@mdreader/db";
import { eq } from "drizzle-orm";

import { type ChallengeBinding, createChallenge } from "../../auth/passkey/challenges.ts";
import { validPassword } from "../accounts.ts";
import type { TestAuthenticator } from "../authenticator.ts";
import { insertUser, type TestActor } from "../factories.ts";
import type { MatrixFixture } from "../matrix/fixture.ts";
import { createAppAuthenticator, insertPasskey, signChallenge } from "../passkeys.ts";
import { createConfirmationRows, loginBinding, signWithUnknown } from "./confirmation.ts";
import {
  callAs,
  changeSettings,
  type FailingRow,
  type FailingRows,
  insertUserWithPassword,
  unknownId,
} from "./fixture.ts";

const anonymous = (input: unknown) => ({ input, credential: { kind: "none" } as const });

/** The binding of a challenge in the actor's session. */
const bindTo = (purpose: "creation" | "confirmation", { credential }: TestActor): ChallengeBinding => ({
  purpose,
  userId: credential.userId,
  sessionId: credential.sessionId,
});

/** Creates a passkey in an authenticator, for a challenge of the actor. */
async function createCredential(
  { app }: MatrixFixture,
  actor: TestActor,
  authenticator: TestAuthenticator = createAppAuthenticator(app),
  origin: string = app.services.settings.appUrl,
) {
  const challenge = await createChallenge(app.services, bindTo("creation", actor));
  const rp = { id: new URL(app.services.settings.appUrl).hostname, name: "MDReader" };
  const user = { id: "AAAA", name: "", displayName: "" };
  return { name: "Laptop", credential: authenticator.create({ challenge, rp, user }, { origin }) };
}

/** Inserts as many passkeys as an account may have. */
async function fillPasskeys({ app }: MatrixFixture, userId: string): Promise<TestAuthenticator> {
  const { authenticator } = await insertPasskey(app, userId);
  const others = Array.from({ length: 19 }, () => ({
    ...authenticator.stored,
    userId,
    name: "Laptop",
    credentialId: Buffer.from(createId()),
  }));
  await app.services.database.db.insert(passkeys).values(others);
  return authenticator;
}

/** A sign-in with the passkey of a user who may not sign in with it. */
const loginAfter =
  (refuse: (fixture: MatrixFixture, userId: string) => unknown): FailingRow =>
  async (fixture) => {
    const { id } = await insertUser(fixture.app);
    const { authenticator } = await insertPasskey(fixture.app, id);
    await refuse(fixture, id);
    return anonymous({ passkey: await signChallenge(fixture.app, authenticator, loginBinding) });
  };

const updateUser =
  (fields: Partial<typeof users.$inferInsert>) =>
  async ({ app }: MatrixFixture, id: string) =>
    app.services.database.db.update(users).set(fields).where(eq(users.id, id));

export const passkeyReasons = {
  "auth.passkey.startCreation": {
    ...createConfirmationRows(),
    PASSWORD_SIGN_IN_DISABLED: ({ app, people }) => {
      app.services.settings.acceptsPasswords = false;
      return callAs(people.owner);
    },
    LIMIT_REACHED: async (fixture) => {
      const actor = await insertUser(fixture.app);
      const authenticator = await fillPasskeys(fixture, actor.id);
      return callAs(actor, {
        passkey: await signChallenge(fixture.app, authenticator, bindTo("confirmation", actor)),
      });
    },
  },
  "auth.passkey.create": {
    PASSKEY_INVALID: async (fixture) => {
      const { owner } = fixture.people;
      return callAs(owner, await createCredential(fixture, owner, undefined, "https://evil.test"));
    },
    PASSKEY_CHALLENGE_INVALID: async (fixture) =>
      callAs(fixture.people.owner, await createCredential(fixture, fixture.people.editor)),
    PASSWORD_SIGN_IN_DISABLED: async (fixture) => {
      fixture.app.services.settings.acceptsPasswords = false;
      return callAs(fixture.people.owner, await createCredential(fixture, fixture.people.owner));
    },
    PASSKEY_TAKEN: async (fixture) => {
      const { authenticator } = await insertPasskey(fixture.app, fixture.people.editor.id);
      const { owner } = fixture.people;
      return callAs(owner, await createCredential(fixture, owner, authenticator));
    },
    LIMIT_REACHED: async (fixture) => {
      const { owner } = fixture.people;
      await fillPasskeys(fixture, owner.id);
      return callAs(owner, await createCredential(fixture, owner));
    },
  },
  "auth.passkey.update": { NOT_FOUND: () => ({ input: { ...unknownId(), name: "Phone" } }) },
  "auth.passkey.remove": {
    ...createConfirmationRows(unknownId),
    NOT_FOUND: () => ({ input: unknownId() }),
    SECOND_FACTOR_SETUP_REQUIRED: async (fixture) => {
      const actor = await insertUserWithPassword(fixture);
      const { id, authenticator } = await insertPasskey(fixture.app, actor.id);
      await changeSettings(fixture, { secondFactorRequired: true });
      const passkey = await signChallenge(fixture.app, authenticator, bindTo("confirmation", actor));
      return callAs(actor, { id, passkey });
    },
    LAST_SIGN_IN_METHOD: async (fixture) => {
      const actor = await insertUser(fixture.app);
      const { id, authenticator } = await insertPasskey(fixture.app, actor.id);
      const passkey = await signChallenge(fixture.app, authenticator, bindTo("confirmation", actor));
      return callAs(actor, { id, passkey });
    },
  },
  "auth.passkey.login": {
    PASSKEY_INVALID: async (fixture) => anonymous({ passkey: await signWithUnknown(fixture, loginBinding) }),
    PASSKEY_CHALLENGE_INVALID: async (fixture) => {
      const binding = bindTo("creation", fixture.people.owner);
      return anonymous({ passkey: await signWithUnknown(fixture, binding) });
    },
    PASSKEY_PASSWORD_REQUIRED: loginAfter(({ app }, userId) =>
      app.services.database.db
        .update(passkeys)
        .set({ needsPassword: true })
        .where(eq(passkeys.userId, userId)),
    ),
    PASSWORD_CHANGE_REQUIRED: loginAfter(updateUser({ passwordChangeRequired: true })),
    PASSWORD_SIGN_IN_DISABLED: loginAfter(({ app }) => {
      app.services.settings.acceptsPasswords = false;
    }),
    ACCOUNT_SUSPENDED: loginAfter(updateUser({ deactivatedAt: new Date().toISOString() })),
  },
  "auth.passkey.startSecondFactor": {
    BAD_CREDENTIALS: ({ people }) => anonymous({ email: people.owner.email, password: validPassword }),
    PASSWORD_SIGN_IN_DISABLED: ({ app, people }) => {
      app.services.settings.acceptsPasswords = false;
      return anonymous({ email: people.owner.email, password: validPassword });
    },
    NOT_FOUND: async (fixture) =>
      anonymous({ email: (await insertUserWithPassword(fixture)).email, password: validPassword }),
  },
  "auth.passkey.startConfirmation": { NOT_FOUND: () => ({ input: undefined }) },
} as const satisfies FailingRows;
