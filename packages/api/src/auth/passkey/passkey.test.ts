import { auditEntries, authSessions, passkeyChallenges, passkeys, users } from "@mdreader/db";
import { and, eq } from "drizzle-orm";
import { describe, expect, onTestFinished } from "vitest";

import type { Ceremony } from "../../testing/authenticator.ts";
import {
  catchReason,
  countOutcomes,
  createAccount,
  createClientWithToken,
  loginAgain,
  type TestApp,
  validPassword,
} from "../../testing/index.ts";
import { addPasskey, createAppAuthenticator, signConfirmation, signLogin } from "../../testing/passkeys.ts";
import { test as base } from "../../testing/test.ts";
import { sweepPasskeyChallenges } from "../sweep.ts";

const test = base
  .extend("ada", ({ app }) => createAccount(app))
  .extend("laptop", ({ app, ada }) => addPasskey(app, ada))
  .extend(
    "login",
    ({ app, laptop }) =>
      async (ceremony: Ceremony = {}) =>
        app.as().auth.passkey.login({ passkey: await signLogin(app, laptop, ceremony) }),
  );

const listAudited = (
  { services }: TestApp,
  userId: string,
  action: "passkey.cloneSuspected" | "passkey.added",
) =>
  services.database.db
    .select({ details: auditEntries.details })
    .from(auditEntries)
    .where(and(eq(auditEntries.targetId, userId), eq(auditEntries.action, action)));

describe("a passkey", () => {
  test("signs in alone, and is listed with its last use", async ({ app, ada, laptop, login }) => {
    expect(laptop.passkey).toMatchObject({ name: "Laptop", lastUsedAt: null, needsPassword: false });
    const { user, accessToken } = await login();
    expect(user.id).toBe(ada.user.id);
    const client = await createClientWithToken(app, accessToken);
    const { items } = await client.auth.passkey.list();
    expect(items).toEqual([{ ...laptop.passkey, lastUsedAt: expect.any(String) }]);
  });

  test("is announced and recorded when it is added", async ({ app, ada, laptop }) => {
    expect(app.services.mailer.mails.at(-1)).toMatchObject({
      kind: "passkeyAdded",
      to: ada.user.email,
      name: laptop.passkey.name,
    });
    expect(await listAudited(app, ada.user.id, "passkey.added")).toEqual([
      { details: { passkey: "Laptop" } },
    ]);
  });

  test("is renamed by its owner only", async ({ app, ada, laptop: { passkey } }) => {
    const eve = await createAccount(app);
    const input = { id: passkey.id, name: "Work laptop" };
    expect(await catchReason(eve.client.auth.passkey.update(input))).toBe("NOT_FOUND");
    expect(await ada.client.auth.passkey.update(input)).toEqual({ ...passkey, name: "Work laptop" });
  });

  test("is removed after a confirmation, with the sessions that it opened", async ({
    app,
    ada,
    laptop,
    login,
  }) => {
    const { id } = laptop.passkey;
    const { accessToken } = await login();
    const opened = await createClientWithToken(app, accessToken);
    const { remove } = ada.client.auth.passkey;
    expect(await catchReason(remove({ id }))).toBe("PASSWORD_WRONG");
    expect(await catchReason(remove({ id, password: validPassword }))).toBe("SECOND_FACTOR_REQUIRED");
    await remove({ id, passkey: await signConfirmation(ada.client, laptop) });
    expect(app.services.mailer.mails.at(-1)).toMatchObject({ kind: "passkeyRemoved", to: ada.user.email });
    expect(await catchReason(opened.auth.me())).toBe("SESSION_ENDED");
    expect(await catchReason(login())).toBe("PASSKEY_INVALID");
    expect(await ada.client.auth.secondFactor.get()).toMatchObject({
      isEnabled: false,
      recoveryCodesLeft: 0,
    });
  });

  test("is not removed by somebody else", async ({ app, laptop, login }) => {
    const eve = await createAccount(app);
    const removal = eve.client.auth.passkey.remove({ id: laptop.passkey.id, password: validPassword });
    expect(await catchReason(removal)).toBe("NOT_FOUND");
    await login();
  });

  test("needs a confirmation to be added, within twenty", async ({ app, ada }) => {
    const { startCreation } = ada.client.auth.passkey;
    expect(await catchReason(startCreation({}))).toBe("PASSWORD_WRONG");
    const { options } = await startCreation({ password: validPassword });
    const stored = Array.from({ length: 20 }, (_, index) => ({
      userId: ada.user.id,
      name: `Passkey ${index}`,
      credentialId: Buffer.from(`${ada.user.id} ${index}`),
      publicKey: new Uint8Array(1),
      counter: 0,
      transports: [],
    }));
    await app.services.database.db.insert(passkeys).values(stored);
    const credential = createAppAuthenticator(app).create(options);
    expect(await catchReason(ada.client.auth.passkey.create({ name: "One more", credential }))).toBe(
      "LIMIT_REACHED",
    );
  });

  test("is the way to sign in that an account without a password can't remove", async ({
    app,
    ada,
    laptop,
  }) => {
    const { db } = app.services.database;
    await db.update(users).set({ passwordHash: "no password" }).where(eq(users.id, ada.user.id));
    const passkey = await signConfirmation(ada.client, laptop);
    const removal = ada.client.auth.passkey.remove({ id: laptop.passkey.id, passkey });
    expect(await catchReason(removal)).toBe("LAST_SIGN_IN_METHOD");
  });
});

describe("a creation is refused", () => {
  const refused: Record<string, Ceremony> = {
    "of another origin": { origin: "https://evil.test" },
    "of a subdomain": { origin: "http://sub.app.test" },
    "for another site": { rpId: "evil.test" },
    "in a frame of another site": { crossOrigin: true },
    "without verification of the person": { isVerified: false },
    "with an attestation": { format: "fido-u2f" },
  };
  test.for(Object.entries(refused))("%s", async ([, ceremony], { app, ada }) => {
    const { options } = await ada.client.auth.passkey.startCreation({ password: validPassword });
    const credential = createAppAuthenticator(app).create(options, ceremony);
    const creation = ada.client.auth.passkey.create({ name: "Laptop", credential });
    expect(await catchReason(creation)).toBe("PASSKEY_INVALID");
    expect((await ada.client.auth.passkey.list()).items).toEqual([]);
  });

  test("in another session or account, for another purpose, late, or twice", async ({ app, ada }) => {
    const { startCreation, create } = ada.client.auth.passkey;
    const start = async () => {
      const { options } = await startCreation({ password: validPassword });
      return { name: "Laptop", credential: createAppAuthenticator(app).create(options) };
    };
    const other = await loginAgain(app, ada.user);
    const eve = await createAccount(app);
    for (const { client } of [other, eve])
      expect(await catchReason(client.auth.passkey.create(await start()))).toBe("PASSKEY_CHALLENGE_INVALID");
    const { challenge } = (await app.as().auth.passkey.startLogin()).options;
    const { options } = await startCreation({ password: validPassword });
    const credential = createAppAuthenticator(app).create({ ...options, challenge });
    expect(await catchReason(create({ name: "Laptop", credential }))).toBe("PASSKEY_CHALLENGE_INVALID");
    const late = await start();
    app.services.clock.advance(301);
    expect(await catchReason(create(late))).toBe("PASSKEY_CHALLENGE_INVALID");
    const input = await start();
    expect(await countOutcomes(Array.from({ length: 4 }, () => create(input)))).toEqual({
      ok: 1,
      PASSKEY_CHALLENGE_INVALID: 3,
    });
  });

  test("of a passkey that somebody has already", async ({ app, laptop }) => {
    const eve = await createAccount(app);
    const { options } = await eve.client.auth.passkey.startCreation({ password: validPassword });
    const credential = laptop.authenticator.create(options);
    expect(await catchReason(eve.client.auth.passkey.create({ name: "Mine", credential }))).toBe(
      "PASSKEY_TAKEN",
    );
  });

  test("once the account has got a second factor since it was confirmed", async ({ app, ada }) => {
    const { options } = await ada.client.auth.passkey.startCreation({ password: validPassword });
    await addPasskey(app, ada);
    const credential = createAppAuthenticator(app).create(options);
    const creation = ada.client.auth.passkey.create({ name: "Theirs", credential });
    expect(await catchReason(creation)).toBe("PASSKEY_CHALLENGE_INVALID");
  });
});

describe("a sign-in is refused", () => {
  const refused: Record<string, Ceremony> = {
    "from another origin": { origin: "https://evil.test" },
    "from another port": { origin: "http://app.test:8080" },
    "for another site": { rpId: "evil.test" },
    "from a frame of another site": { crossOrigin: true },
    "without verification of the person": { isVerified: false },
    "without the account's ID": { userHandle: null },
    "with another account's ID": { userHandle: Buffer.alloc(16).toString("base64url") },
  };
  test.for(Object.entries(refused))("%s", async ([, ceremony], { login }) => {
    expect(await catchReason(login(ceremony))).toBe("PASSKEY_INVALID");
    await login();
  });

  test("with a challenge that was used, even at the same time", async ({ app, laptop }) => {
    const passkey = await signLogin(app, laptop);
    const attempts = Array.from({ length: 5 }, () => app.as().auth.passkey.login({ passkey }));
    expect(await countOutcomes(attempts)).toEqual({ ok: 1, PASSKEY_CHALLENGE_INVALID: 4 });
  });

  test("with a challenge that has expired, or was for something else", async ({ app, ada, laptop }) => {
    const late = await signLogin(app, laptop);
    app.services.clock.advance(301);
    const other = await signConfirmation(ada.client, laptop);
    for (const passkey of [late, other])
      expect(await catchReason(app.as().auth.passkey.login({ passkey }))).toBe("PASSKEY_CHALLENGE_INVALID");
  });

  test("with a wrong signature or an unknown passkey, which look the same", async ({ app, laptop }) => {
    const { response, ...own } = await signLogin(app, laptop);
    const { signature } = (await signLogin(app, laptop)).response;
    const forged = { ...own, response: { ...response, signature } };
    const stranger = createAppAuthenticator(app);
    const unknown = await signLogin(
      app,
      { authenticator: stranger },
      { userHandle: response.userHandle ?? null },
    );
    for (const passkey of [forged, unknown])
      expect(await catchReason(app.as().auth.passkey.login({ passkey }))).toBe("PASSKEY_INVALID");
  });

  test("with a counter that went backward, which is recorded", async ({ app, ada, login }) => {
    await login({ counter: 7 });
    for (const counter of [7, 6, 0]) expect(await catchReason(login({ counter }))).toBe("PASSKEY_INVALID");
    const audited = await listAudited(app, ada.user.id, "passkey.cloneSuspected");
    expect(audited[0]).toEqual({ details: { passkey: "Laptop", counter: 7, storedCounter: 7 } });
    expect(audited).toHaveLength(3);
    await login({ counter: 8 });
  });

  test("unless the authenticator doesn't count", async ({ login }) => {
    for (const counter of [0, 0]) expect(await catchReason(login({ counter }))).toBeNull();
  });

  test("while the account is suspended, and once it is deleted", async ({ app, ada, laptop, login }) => {
    const { db } = app.services.database;
    const deactivatedAt = new Date().toISOString();
    await db.update(users).set({ deactivatedAt }).where(eq(users.id, ada.user.id));
    expect(await catchReason(login())).toBe("ACCOUNT_SUSPENDED");
    await db.update(users).set({ deactivatedAt: null }).where(eq(users.id, ada.user.id));
    await ada.client.auth.deleteAccount({ passkey: await signConfirmation(ada.client, laptop) });
    expect(await catchReason(login())).toBe("ACCOUNT_SUSPENDED");
  });

  test("on a server without passwords, except for superusers", async ({ app, ada, login }) => {
    const { settings, database } = app.services;
    const { acceptsPasswords } = settings;
    const ben = await createAccount(app);
    onTestFinished(() => void Object.assign(settings, { acceptsPasswords }));
    settings.acceptsPasswords = false;
    expect(await app.as().auth.signInOptions()).toMatchObject({ acceptsPasskeys: false });
    expect(await catchReason(login())).toBe("PASSWORD_SIGN_IN_DISABLED");
    const start = ada.client.auth.passkey.startCreation;
    await database.db.update(users).set({ isSuperuser: true }).where(eq(users.id, ada.user.id));
    await login();
    const creation = ben.client.auth.passkey.startCreation({ password: validPassword });
    expect(await catchReason(creation)).toBe("PASSWORD_SIGN_IN_DISABLED");
    expect(await catchReason(start({ password: validPassword }))).toBe("SECOND_FACTOR_REQUIRED");
  });

  test("after too many attempts in a network", async ({ app, login, limitAttempts }) => {
    limitAttempts({ passkey: 2 });
    await login();
    expect(await catchReason(app.as().auth.passkey.startLogin())).toBe("RATE_LIMITED");
  });
});

describe("challenges", () => {
  test("are stored as hashes, ten per account at most, and swept", async ({ app, ada, laptop }) => {
    const { services } = app;
    const { db } = services.database;
    const { challenge } = (await ada.client.auth.passkey.startConfirmation()).options;
    const own = eq(passkeyChallenges.userId, ada.user.id);
    const [stored] = await db.select().from(passkeyChallenges).where(own);
    expect(Buffer.from(stored?.challengeHash ?? []).toString("base64url")).not.toBe(challenge);
    for (let count = 0; count < 12; count += 1) await signConfirmation(ada.client, laptop);
    expect(await db.$count(passkeyChallenges, own)).toBe(10);
    services.clock.advance(301);
    expect(await sweepPasskeyChallenges(services)).toBeGreaterThanOrEqual(10);
    expect(await db.$count(passkeyChallenges)).toBe(0);
  });

  test("are void once their session has ended", async ({ app, ada, laptop }) => {
    const passkey = await signConfirmation(ada.client, laptop);
    const { db } = app.services.database;
    await db.delete(authSessions).where(eq(authSessions.userId, ada.user.id));
    expect(await db.$count(passkeyChallenges, eq(passkeyChallenges.userId, ada.user.id))).toBe(0);
    expect(await catchReason(ada.client.auth.deleteAccount({ passkey }))).toBe("SESSION_ENDED");
  });
});
