import {
  advisoryLocks,
  auditEntries,
  instanceSettings,
  recoveryCodes,
  secondFactors,
  users,
} from "@mdreader/db";
import { and, eq, sql } from "drizzle-orm";
import { describe, expect, onTestFinished } from "vitest";

import { createVerifiedIdentity, createProvider } from "../../testing/identities.ts";
import {
  catchReason,
  countOutcomes,
  createAccount,
  createClientWithToken,
  insertUser,
  loginAgain,
  type TestApp,
  type TestUser,
  validPassword,
} from "../../testing/index.ts";
import { enableSecondFactor, generateTotp } from "../../testing/second-factors.ts";
import { test as base } from "../../testing/test.ts";
import { signInWithIdentity } from "../identity/sign-in.ts";
import { enforceSecondFactor } from "./enforce.ts";
import { lockRequirement } from "./requirement.ts";

const test = base
  .extend("ada", ({ app }) => createAccount(app))
  .extend("factor", ({ app, ada }) => enableSecondFactor(app, ada))
  .extend(
    "login",
    ({ app, ada }) =>
      (code?: string, password = validPassword) =>
        app.as().auth.login({ email: ada.user.email, password, ...(code !== undefined && { code }) }),
  );

/** The next code of the authenticator app, which none has used. */
function nextCode(app: TestApp, secret: string): string {
  app.services.clock.advance(30);
  return generateTotp(app, secret);
}

/** The calls of this database that wait for an advisory lock. */
const waitingForLocks = sql`
  select 1 from pg_locks
  where locktype = 'advisory' and not granted
    and database = (select oid from pg_database where datname = current_database())`;

const stored = (app: TestApp, { user }: TestUser) =>
  app.services.database.db.select().from(secondFactors).where(eq(secondFactors.userId, user.id));

describe("a second factor", () => {
  test("is on after the first code, and signs out all other sessions", async ({ app, ada }) => {
    const other = await loginAgain(app, ada.user);
    const { secret, uri, token } = await ada.client.auth.secondFactor.start({ password: validPassword });
    expect(uri).toContain(`secret=${secret}`);
    expect(await ada.client.auth.secondFactor.get()).toMatchObject({
      isEnabled: false,
      recoveryCodesLeft: 0,
    });
    const code = generateTotp(app, secret);
    const confirmed = await ada.client.auth.secondFactor.confirm({ token, code });
    expect(new Set(confirmed.recoveryCodes).size).toBe(10);
    expect(await ada.client.auth.secondFactor.get()).toEqual({
      isEnabled: true,
      hasAuthenticatorApp: true,
      passkeyCount: 0,
      recoveryCodesLeft: 10,
      isRequired: false,
    });
    expect(await catchReason(other.client.auth.me())).toBe("SESSION_ENDED");
    expect(app.services.mailer.mails.at(-1)).toMatchObject({
      kind: "secondFactorEnabled",
      to: ada.user.email,
    });
  });

  test("is required to sign in, and each code works once", async ({ app, factor, login }) => {
    expect(await catchReason(login())).toBe("SECOND_FACTOR_REQUIRED");
    expect(await catchReason(login("000000", "a wrong password"))).toBe("BAD_CREDENTIALS");
    const code = nextCode(app, factor.secret);
    await login(`${code.slice(0, 3)} ${code.slice(3)}`);
    expect(await catchReason(login(code))).toBe("SECOND_FACTOR_WRONG");
    const next = nextCode(app, factor.secret);
    expect(await countOutcomes(Array.from({ length: 5 }, () => login(next)))).toEqual({
      ok: 1,
      SECOND_FACTOR_WRONG: 4,
    });
  });

  test("has recovery codes that work once, in any case, until they are replaced", async ({
    app,
    ada,
    factor,
    login,
  }) => {
    const [first = "", second = ""] = factor.recoveryCodes;
    expect(await countOutcomes(Array.from({ length: 4 }, () => login(first.toUpperCase())))).toEqual({
      ok: 1,
      SECOND_FACTOR_WRONG: 3,
    });
    const audited = await app.services.database.db
      .select()
      .from(auditEntries)
      .where(
        and(eq(auditEntries.actorId, ada.user.id), eq(auditEntries.action, "secondFactor.recoveryCodeUsed")),
      );
    expect(audited).toHaveLength(1);
    expect(await ada.client.auth.secondFactor.get()).toMatchObject({ recoveryCodesLeft: 9 });
    const confirmation = { password: validPassword, code: nextCode(app, factor.secret) };
    const replaced = await ada.client.auth.secondFactor.regenerate(confirmation);
    expect(await catchReason(login(second))).toBe("SECOND_FACTOR_WRONG");
    await login(replaced.recoveryCodes[0]?.replaceAll("-", ""));
  });

  test("is needed to change the password, to delete the account and to turn it off", async ({
    app,
    ada,
    factor,
    login,
  }) => {
    const { auth } = ada.client;
    const newPassword = "another good password";
    const change = { currentPassword: validPassword, newPassword };
    expect(await catchReason(auth.changePassword(change))).toBe("SECOND_FACTOR_REQUIRED");
    expect(await catchReason(auth.deleteAccount({ password: validPassword }))).toBe("SECOND_FACTOR_REQUIRED");
    expect(await catchReason(auth.secondFactor.start({ password: validPassword }))).toBe(
      "SECOND_FACTOR_REQUIRED",
    );
    for (const code of [undefined, "000000"])
      expect(await catchReason(auth.secondFactor.disable({ password: validPassword, code }))).toMatch(
        /^SECOND_FACTOR_(REQUIRED|WRONG)$/,
      );
    const code = nextCode(app, factor.secret);
    expect(await catchReason(auth.secondFactor.disable({ password: "wrong", code }))).toBe("PASSWORD_WRONG");
    await auth.secondFactor.disable({ password: validPassword, code });
    await login();
    expect(await stored(app, ada)).toEqual([]);
  });

  test("stays on after a password reset of a verified account, and goes with an unproven one", async ({
    app,
    ada,
    factor,
    login,
  }) => {
    const reset = async () => {
      await app.as().auth.requestPasswordReset({ email: ada.user.email });
      const mail = app.services.mailer.mails.findLast(({ kind }) => kind === "resetPassword");
      if (mail === undefined || !("url" in mail)) throw new Error("no link was emailed");
      const token = new URL(mail.url).hash.replace("#token=", "");
      await app.as().auth.resetPassword({ token, newPassword: validPassword });
    };
    const { db } = app.services.database;
    await db.update(users).set({ emailVerified: true }).where(eq(users.id, ada.user.id));
    await reset();
    expect(await catchReason(login())).toBe("SECOND_FACTOR_REQUIRED");
    await login(nextCode(app, factor.secret));
    await db.update(users).set({ emailVerified: false }).where(eq(users.id, ada.user.id));
    await reset();
    await login();
  });
});

describe("an attacker", () => {
  test("a person with the password can't guess codes from many networks", async ({
    app,
    ada,
    factor,
    limitAttempts,
  }) => {
    limitAttempts({ secondFactor: 3 });
    const guess = (ipAddress: string, code: string) =>
      catchReason(
        app
          .as({ kind: "none" }, { ipAddress })
          .auth.login({ email: ada.user.email, password: validPassword, code }),
      );
    const wrong = nextCode(app, factor.secret) === "123456" ? "654321" : "123456";
    for (const network of ["192.0.2.1", "198.51.100.1", "203.0.113.1"])
      expect(await guess(network, wrong)).toBe("SECOND_FACTOR_WRONG");
    expect(await guess("203.0.113.9", nextCode(app, factor.secret))).toBe("RATE_LIMITED");
    // The owner can still use a recovery code.
    expect(await guess("203.0.113.9", factor.recoveryCodes[0] ?? "")).toBeNull();
  });

  test("a copy of the database reveals neither the secret nor the codes, and a secret can't be moved", async ({
    app,
    ada,
    factor,
  }) => {
    const { db } = app.services.database;
    const [row] = await stored(app, ada);
    const dump = JSON.stringify([row, await db.select().from(recoveryCodes)]);
    expect(dump).not.toContain(factor.secret);
    for (const code of factor.recoveryCodes)
      expect(dump.toLowerCase()).not.toContain(code.replaceAll("-", ""));
    const eve = await createAccount(app);
    await db
      .insert(secondFactors)
      .values({ userId: eve.user.id, secret: row?.secret ?? "", lastUsedStep: 0 });
    const code = nextCode(app, factor.secret);
    const input = { email: eve.user.email, password: validPassword, code };
    expect(await catchReason(app.as().auth.login(input))).toBe("SECOND_FACTOR_WRONG");
  });

  test("can't confirm a secret for somebody else, or without a right code", async ({ app, ada }) => {
    const eve = await createAccount(app);
    const { secret, token } = await eve.client.auth.secondFactor.start({ password: validPassword });
    const code = generateTotp(app, secret);
    const { confirm } = ada.client.auth.secondFactor;
    expect(await catchReason(confirm({ token, code }))).toBe("SECOND_FACTOR_SETUP_INVALID");
    expect(await catchReason(confirm({ token: "forged", code }))).toBe("SECOND_FACTOR_SETUP_INVALID");
    expect(await catchReason(eve.client.auth.secondFactor.confirm({ token, code: "abcdef" }))).toBe(
      "SECOND_FACTOR_WRONG",
    );
    app.services.clock.advance(601);
    const late = { token, code: generateTotp(app, secret) };
    expect(await catchReason(eve.client.auth.secondFactor.confirm(late))).toBe("SECOND_FACTOR_SETUP_INVALID");
  });

  test("can't replace a factor with a setup that was started before it, or repeat a setup", async ({
    app,
    ada,
  }) => {
    const { secondFactor } = ada.client.auth;
    const early = await secondFactor.start({ password: validPassword });
    const own = await secondFactor.start({ password: validPassword });
    const confirm = ({ secret, token }: typeof own) =>
      catchReason(secondFactor.confirm({ token, code: generateTotp(app, secret) }));
    expect(await confirm(own)).toBeNull();
    expect(await confirm(early)).toBe("SECOND_FACTOR_SETUP_INVALID");
    expect(await confirm(own)).toBe("SECOND_FACTOR_SETUP_INVALID");
    expect(await secondFactor.get()).toMatchObject({ recoveryCodesLeft: 10 });
  });

  test("can't confirm a setup in another session of the account", async ({ app, ada }) => {
    const { secret, token } = await ada.client.auth.secondFactor.start({ password: validPassword });
    const other = await loginAgain(app, ada.user);
    const confirmation = other.client.auth.secondFactor.confirm({ token, code: generateTotp(app, secret) });
    expect(await catchReason(confirmation)).toBe("SECOND_FACTOR_SETUP_INVALID");
  });

  test("guessing for days is stopped, until the owner enters a right code", async ({
    app,
    factor,
    login,
    limitAttempts,
  }) => {
    limitAttempts({ "secondFactor.daily": 2 });
    await login(nextCode(app, factor.secret));
    for (const expected of ["SECOND_FACTOR_WRONG", "SECOND_FACTOR_WRONG", "RATE_LIMITED"])
      expect(await catchReason(login("000000"))).toBe(expected);
  });

  test("is told nothing about the factor of an account without its password", async ({
    app,
    ada,
    factor,
    login,
  }) => {
    const code = nextCode(app, factor.secret);
    const unknown = { email: "nobody@example.test", password: validPassword, code };
    expect(await catchReason(login(code, "a wrong password"))).toBe("BAD_CREDENTIALS");
    expect(await catchReason(app.as().auth.login(unknown))).toBe("BAD_CREDENTIALS");
    // Neither has used the code up.
    expect((await login(code)).user.id).toBe(ada.user.id);
  });

  test("can't use a code again after the attempt that it was for has failed elsewhere", async ({
    app,
    ada,
    factor,
  }) => {
    const code = nextCode(app, factor.secret);
    const { regenerate, disable } = ada.client.auth.secondFactor;
    await regenerate({ password: validPassword, code });
    expect(await catchReason(disable({ password: validPassword, code }))).toBe("SECOND_FACTOR_WRONG");
  });

  test("with a refresh token, an API key or the approval of a device gets no way around it", async ({
    app,
    ada,
    factor,
  }) => {
    const { secret } = await ada.client.auth.apiKey.create({ name: "tool", scopes: ["read", "manage"] });
    const tool = await createClientWithToken(app, secret);
    const confirmation = { password: validPassword, code: factor.recoveryCodes[0] };
    for (const call of [
      () => tool.auth.secondFactor.get(),
      () => tool.auth.secondFactor.disable(confirmation),
      () => tool.auth.secondFactor.start(confirmation),
    ])
      expect(await catchReason(call())).toBe("ACCOUNT_SESSION_REQUIRED");
    const refreshed = await app.as().auth.refresh({ refreshToken: ada.refreshToken });
    const client = await createClientWithToken(app, refreshed.accessToken);
    expect(await catchReason(client.auth.secondFactor.disable({ password: validPassword }))).toBe(
      "SECOND_FACTOR_REQUIRED",
    );
    const { userCode, deviceCode } = await app.as().auth.device.start({ clientName: "A tool" });
    await client.auth.device.approve({ userCode });
    const device = await createClientWithToken(
      app,
      (await app.as().auth.device.login({ deviceCode })).accessToken,
    );
    expect(await catchReason(device.auth.secondFactor.disable({ password: validPassword }))).toBe(
      "SECOND_FACTOR_REQUIRED",
    );
  });

  test("with a stolen session can't link an identity that would sign in without it", async ({
    app,
    ada,
    factor,
  }) => {
    const { id: provider } = createProvider(app);
    const { startLink } = ada.client.auth.identity;
    expect(await catchReason(startLink({ provider }))).toBe("PASSWORD_WRONG");
    expect(await catchReason(startLink({ provider, password: validPassword }))).toBe(
      "SECOND_FACTOR_REQUIRED",
    );
    const confirmation = { password: validPassword, code: nextCode(app, factor.secret) };
    expect((await startLink({ provider, ...confirmation })).url).toContain("?link=");
  });

  test("with a stolen session of a superuser can't remove that superuser's factor", async ({
    app,
    ada,
    factor,
  }) => {
    const { db } = app.services.database;
    await db.update(users).set({ isSuperuser: true }).where(eq(users.id, ada.user.id));
    const reset = ada.client.auth.admin.user.resetSecondFactor({ id: ada.user.id });
    expect(await catchReason(reset)).toBe("SECOND_FACTOR_OWN");
    expect(await stored(app, ada)).toHaveLength(1);
    expect(factor.recoveryCodes).toHaveLength(10);
  });

  test("with a stolen session can't turn it off or replace it", async ({ ada, factor }) => {
    const { disable, start, regenerate } = ada.client.auth.secondFactor;
    for (const call of [disable, start, regenerate])
      expect(await catchReason(call({ code: factor.recoveryCodes[0] }))).toBe("PASSWORD_WRONG");
  });

  test("a replaced root secret keeps nobody out", async ({ app, ada, factor, login }) => {
    const { settings } = app.services;
    const { jwtSecret } = settings;
    onTestFinished(() => {
      Object.assign(settings, { jwtSecret, previousJwtSecret: undefined });
    });
    Object.assign(settings, { jwtSecret: "another secret of the server", previousJwtSecret: jwtSecret });
    const [before] = await stored(app, ada);
    await login(nextCode(app, factor.secret));
    const [after] = await stored(app, ada);
    expect(after?.secret).not.toBe(before?.secret);
    settings.previousJwtSecret = undefined;
    await login(nextCode(app, factor.secret));
  });
});

describe("where the instance requires a second factor", () => {
  test("nobody signs in, or turns theirs off, while the requirement is being introduced", async ({
    app,
    ada,
    factor,
  }) => {
    const { db } = app.services.database;
    const ben = await createAccount(app);
    const confirmation = { password: validPassword, code: nextCode(app, factor.secret) };
    const started = await db.transaction(async (tx) => {
      await lockRequirement(tx);
      const outcomes = [
        loginAgain(app, ben.user).then(({ client }) => client.workspace.list({})),
        ada.client.auth.secondFactor.disable(confirmation),
      ].map((call) => catchReason(call));
      // Both have begun when they wait for the lock.
      await expect
        .poll(async () => (await db.execute(waitingForLocks)).length, { timeout: 20_000 })
        .toBeGreaterThanOrEqual(2);
      await tx
        .insert(instanceSettings)
        .values({ changed: { secondFactorRequired: true } })
        .onConflictDoUpdate({
          target: instanceSettings.id,
          set: { changed: { secondFactorRequired: true } },
        });
      return outcomes;
    });
    onTestFinished(async () => void (await db.delete(instanceSettings)));
    expect(await Promise.all(started)).toEqual([
      "SECOND_FACTOR_SETUP_REQUIRED",
      "SECOND_FACTOR_SETUP_REQUIRED",
    ]);
  });

  test("the requirement can change while a backup runs", async ({ app }) => {
    const { sql: pool, db } = app.services.database;
    await pool.begin(async (backup) => {
      await backup`select pg_advisory_xact_lock_shared(${advisoryLocks.fileRemoval})`;
      await expect(db.transaction((tx) => lockRequirement(tx))).resolves.toBeUndefined();
    });
  });

  test("a server that starts without the requirement lets people continue", async ({ app }) => {
    const { settings } = app.services;
    const { fixedInstanceSettings } = settings;
    onTestFinished(() => void Object.assign(settings, { fixedInstanceSettings }));
    Object.assign(settings, { fixedInstanceSettings: { secondFactorRequired: true } });
    const ben = await createAccount(app);
    expect(await catchReason(ben.client.workspace.list({}))).toBe("SECOND_FACTOR_SETUP_REQUIRED");
    await enforceSecondFactor(app.services);
    expect(await catchReason(ben.client.workspace.list({}))).toBe("SECOND_FACTOR_SETUP_REQUIRED");
    Object.assign(settings, { fixedInstanceSettings });
    await enforceSecondFactor(app.services);
    expect(await catchReason(ben.client.workspace.list({}))).toBeNull();
  });

  test("the environment's requirement ends the sessions of people without one at the start", async ({
    app,
    ada,
    factor,
  }) => {
    const { settings } = app.services;
    const { fixedInstanceSettings } = settings;
    const ben = await createAccount(app);
    onTestFinished(() => void Object.assign(settings, { fixedInstanceSettings }));
    Object.assign(settings, { fixedInstanceSettings: { secondFactorRequired: true } });
    await enforceSecondFactor(app.services);
    expect(await catchReason(ben.client.auth.me())).toBe("SESSION_ENDED");
    expect(await catchReason(ada.client.auth.me())).toBeNull();
    expect(factor.recoveryCodes).toHaveLength(10);
  });

  test("people without one are signed out, and must set it up before anything else", async ({
    app,
    ada,
    factor,
    login,
  }) => {
    const admin = await createAccount(app);
    const { db } = app.services.database;
    await db.update(users).set({ isSuperuser: true }).where(eq(users.id, admin.user.id));
    const update = (secondFactorRequired: boolean) =>
      admin.client.auth.admin.settings.update({ secondFactorRequired });
    expect(await catchReason(update(true))).toBe("SECOND_FACTOR_SETUP_REQUIRED");
    await enableSecondFactor(app, admin);
    const ben = await createAccount(app);
    const cleo = await insertUser(app);
    await update(true);
    onTestFinished(async () => void (await update(false)));

    expect(await ada.client.auth.me()).toMatchObject({ id: ada.user.id });
    expect(await catchReason(login())).toBe("SECOND_FACTOR_REQUIRED");
    await login(nextCode(app, factor.secret));
    for (const client of [ben.client, cleo.client])
      expect(await catchReason(client.auth.me())).toBe("SESSION_ENDED");

    const { client } = await loginAgain(app, ben.user);
    expect(await client.auth.me()).toMatchObject({ id: ben.user.id });
    const { userCode } = await app.as().auth.device.start();
    for (const call of [
      () => client.workspace.list({}),
      () => client.workspace.create({ name: "Mine" }),
      () => client.auth.apiKey.create({ name: "key", scopes: ["read"] }),
      () => client.auth.device.approve({ userCode }),
      () => client.auth.changePassword({ currentPassword: validPassword, newPassword: "another password" }),
    ])
      expect(await catchReason(call())).toBe("SECOND_FACTOR_SETUP_REQUIRED");
    const ofBen = await enableSecondFactor(app, { ...ben, client });
    await client.workspace.create({ name: "Mine" });
    const confirmation = { password: validPassword, code: nextCode(app, ofBen.secret) };
    expect(await catchReason(client.auth.secondFactor.disable(confirmation))).toBe(
      "SECOND_FACTOR_SETUP_REQUIRED",
    );

    const newcomer = await createAccount(app);
    expect(await catchReason(newcomer.client.workspace.list({}))).toBe("SECOND_FACTOR_SETUP_REQUIRED");
    const identity = createVerifiedIdentity(createProvider(app));
    const ctx = app.context({ kind: "none" });
    const { user } = await signInWithIdentity(ctx, identity, null);
    expect(user.email).toBe(identity.email);

    const listed = async () =>
      (await admin.client.auth.admin.user.list({ search: ben.user.email })).items.map(
        (one) => one.hasSecondFactor,
      );
    expect(await listed()).toEqual([true]);
    await admin.client.auth.admin.user.resetSecondFactor({ id: ben.user.id });
    expect(await listed()).toEqual([false]);
    expect(app.services.mailer.mails.at(-1)).toMatchObject({
      kind: "secondFactorReset",
      to: ben.user.email,
      username: ben.user.username,
    });
    expect(await catchReason(client.auth.me())).toBe("SESSION_ENDED");
    const again = await loginAgain(app, ben.user);
    expect(await catchReason(again.client.workspace.list({}))).toBe("SECOND_FACTOR_SETUP_REQUIRED");
  });
});
