import { auditEntries, recoveryCodes, secondFactors, users } from "@mdreader/db";
import { and, eq } from "drizzle-orm";
import { beforeEach, describe, expect, onTestFinished } from "vitest";

import { createVerifiedIdentity, createProvider } from "../../testing/identities.ts";
import {
  catchReason,
  countOutcomes,
  createAccount,
  createTestLimiter,
  insertUser,
  loginAgain,
  type TestApp,
  type TestUser,
  validPassword,
} from "../../testing/index.ts";
import { enableSecondFactor, generateTotp } from "../../testing/second-factors.ts";
import { test as base } from "../../testing/test.ts";
import { signInWithIdentity } from "../identity/sign-in.ts";

const test = base
  .extend("ada", ({ app }) => createAccount(app))
  .extend("factor", ({ app, ada }) => enableSecondFactor(app, ada))
  .extend(
    "login",
    ({ app, ada }) =>
      (code?: string, password = validPassword) =>
        app.as().auth.login({ email: ada.user.email, password, ...(code !== undefined && { code }) }),
  );

beforeEach<{ app: TestApp }>(({ app }) => {
  app.services.limiter = createTestLimiter();
});

/** The next code of the authenticator app, which none has used. */
function nextCode(app: TestApp, secret: string): string {
  app.services.clock.advance(30);
  return generateTotp(app, secret);
}

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
  test("who knows the password can't guess codes from many networks", async ({ app, ada, factor }) => {
    app.services.limiter = createTestLimiter({ secondFactor: 3 });
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

  test("who reads the database finds neither the secret nor the codes, and can't move a secret", async ({
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

  test("with a stolen session can't turn it off or replace it", async ({ ada, factor }) => {
    const { disable, start, regenerate } = ada.client.auth.secondFactor;
    for (const call of [disable, start, regenerate])
      expect(await catchReason(call({ code: factor.recoveryCodes[0] }))).toBe("PASSWORD_WRONG");
  });

  test("who replaces the root secret's predecessor keeps nobody out", async ({ app, ada, factor, login }) => {
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

    await admin.client.auth.admin.user.resetSecondFactor({ id: ben.user.id });
    expect(await catchReason(client.auth.me())).toBe("SESSION_ENDED");
    const again = await loginAgain(app, ben.user);
    expect(await catchReason(again.client.workspace.list({}))).toBe("SECOND_FACTOR_SETUP_REQUIRED");
  });
});
