import { users } from "@mdreader/db";
import { eq } from "drizzle-orm";
import { describe, expect, onTestFinished } from "vitest";

import {
  catchReason,
  countOutcomes,
  createAccount,
  createClientWithToken,
  loginAgain,
  type TestApp,
  validPassword,
} from "../../testing/index.ts";
import { addPasskey, signConfirmation, signLogin, type TestPasskey } from "../../testing/passkeys.ts";
import { enableSecondFactor, generateTotp } from "../../testing/second-factors.ts";
import { test as base } from "../../testing/test.ts";

const test = base
  .extend("ada", ({ app }) => createAccount(app))
  .extend("laptop", ({ app, ada }) => addPasskey(app, ada))
  .extend("credentials", ({ ada }) => ({ email: ada.user.email, password: validPassword }))
  .extend("signFactor", ({ app, credentials }) => async ({ authenticator }: TestPasskey) => {
    const { options } = await app.as().auth.passkey.startSecondFactor(credentials);
    return authenticator.get(options);
  });

/** Resets the password with an emailed link. */
async function resetPassword(app: TestApp, email: string): Promise<void> {
  await app.as().auth.requestPasswordReset({ email });
  const mail = app.services.mailer.mails.findLast(({ kind }) => kind === "resetPassword");
  if (mail === undefined || !("url" in mail)) throw new Error("no link was emailed");
  const token = new URL(mail.url).hash.replace("#token=", "");
  await app.as().auth.resetPassword({ token, newPassword: validPassword });
}

const update = ({ services }: TestApp, id: string, fields: Partial<typeof users.$inferInsert>) =>
  services.database.db.update(users).set(fields).where(eq(users.id, id));

describe("after the password, a passkey", () => {
  test("is required once there is one, and other sessions end", async ({
    app,
    ada,
    credentials,
    signFactor,
  }) => {
    const other = await loginAgain(app, ada.user);
    const laptop = await addPasskey(app, ada);
    expect(await catchReason(other.client.auth.me())).toBe("SESSION_ENDED");
    expect(await catchReason(app.as().auth.login(credentials))).toBe("SECOND_FACTOR_REQUIRED");
    const { user } = await app.as().auth.login({ ...credentials, passkey: await signFactor(laptop) });
    expect(user.id).toBe(ada.user.id);
  });

  test("comes with recovery codes, the first one only", async ({ app, ada, laptop, credentials }) => {
    const [code] = laptop.recoveryCodes ?? [];
    const passkey = await signConfirmation(ada.client, laptop);
    const phone = await addPasskey(app, ada, { passkey }, "Phone");
    expect(phone.recoveryCodes).toBeNull();
    await app.as().auth.login({ ...credentials, ...(code !== undefined && { code }) });
    expect(await ada.client.auth.secondFactor.get()).toEqual({
      isEnabled: true,
      hasAuthenticatorApp: false,
      passkeyCount: 2,
      recoveryCodesLeft: 9,
      isRequired: false,
    });
  });

  test("is refused without the password, in another account, or twice", async ({
    app,
    laptop,
    credentials,
    signFactor,
  }) => {
    const eve = await createAccount(app);
    const passkey = await signFactor(laptop);
    const { login } = app.as().auth;
    expect(await catchReason(login({ ...credentials, password: "wrong", passkey }))).toBe("BAD_CREDENTIALS");
    const others = { email: eve.user.email, password: validPassword };
    expect(await catchReason(login({ ...others, passkey }))).toBe("PASSKEY_CHALLENGE_INVALID");
    const attempts = Array.from({ length: 3 }, () => login({ ...credentials, passkey }));
    expect(await countOutcomes(attempts)).toEqual({ ok: 1, PASSKEY_CHALLENGE_INVALID: 2 });
  });

  test("is refused if it is another account's", async ({ app, laptop, signFactor, credentials }) => {
    const eve = await addPasskey(app, await createAccount(app));
    const { options } = await app.as().auth.passkey.startSecondFactor(credentials);
    const passkey = eve.authenticator.get(options);
    expect(await catchReason(app.as().auth.login({ ...credentials, passkey }))).toBe("PASSKEY_INVALID");
    await app.as().auth.login({ ...credentials, passkey: await signFactor(laptop) });
  });

  test("is asked for only by somebody with the password", async ({ app, laptop, credentials }) => {
    const { startSecondFactor } = app.as().auth.passkey;
    const { options } = await startSecondFactor(credentials);
    expect(options.allowCredentials.map(({ id }) => id)).toEqual([
      Buffer.from(laptop.authenticator.stored.credentialId).toString("base64url"),
    ]);
    for (const wrong of [
      { ...credentials, password: "wrong" },
      { ...credentials, email: "nobody@example.test" },
    ])
      expect(await catchReason(startSecondFactor(wrong))).toBe("BAD_CREDENTIALS");
  });

  test("stays when the authenticator app is removed, with the recovery codes", async ({
    app,
    ada,
    credentials,
  }) => {
    const { secret } = await enableSecondFactor(app, ada);
    app.services.clock.advance(30);
    await addPasskey(app, ada, { password: validPassword, code: generateTotp(app, secret) });
    app.services.clock.advance(30);
    await ada.client.auth.secondFactor.disable({ password: validPassword, code: generateTotp(app, secret) });
    expect(await ada.client.auth.secondFactor.get()).toMatchObject({
      hasAuthenticatorApp: false,
      passkeyCount: 1,
      recoveryCodesLeft: 10,
    });
    expect(await catchReason(app.as().auth.login(credentials))).toBe("SECOND_FACTOR_REQUIRED");
  });
});

describe("as a confirmation, a passkey", () => {
  test("replaces the password and the code, once", async ({ ada, laptop }) => {
    const passkey = await signConfirmation(ada.client, laptop);
    const { startCreation } = ada.client.auth.passkey;
    const { secondFactor, changePassword } = ada.client.auth;
    await startCreation({ passkey });
    expect(await catchReason(startCreation({ passkey }))).toBe("PASSKEY_CHALLENGE_INVALID");
    await secondFactor.regenerate({ passkey: await signConfirmation(ada.client, laptop) });
    const newPassword = "another good password";
    await changePassword({ newPassword, passkey: await signConfirmation(ada.client, laptop) });
  });

  test("is refused in another session, or for another purpose", async ({ app, ada, laptop }) => {
    const { accessToken } = await app.as().auth.passkey.login({ passkey: await signLogin(app, laptop) });
    const other = await createClientWithToken(app, accessToken);
    for (const passkey of [await signConfirmation(ada.client, laptop), await signLogin(app, laptop)])
      expect(await catchReason(other.auth.passkey.startCreation({ passkey }))).toBe(
        "PASSKEY_CHALLENGE_INVALID",
      );
  });
});

describe("where a second factor is required", () => {
  test("a passkey is one, and the last one stays", async ({ app, ada }) => {
    const { settings } = app.services;
    const { fixedInstanceSettings } = settings;
    onTestFinished(() => void Object.assign(settings, { fixedInstanceSettings }));
    Object.assign(settings, { fixedInstanceSettings: { secondFactorRequired: true } });
    const { client } = await loginAgain(app, ada.user);
    expect(await catchReason(client.workspace.list({}))).toBe("SECOND_FACTOR_SETUP_REQUIRED");
    const laptop = await addPasskey(app, { client });
    await client.workspace.list({});
    const { accessToken } = await app.as().auth.passkey.login({ passkey: await signLogin(app, laptop) });
    await (await createClientWithToken(app, accessToken)).workspace.list({});
    const removal = client.auth.passkey.remove({
      id: laptop.passkey.id,
      passkey: await signConfirmation(client, laptop),
    });
    expect(await catchReason(removal)).toBe("SECOND_FACTOR_SETUP_REQUIRED");
  });
});

describe("after a reset of the password, a passkey", () => {
  test("of a verified account needs the new password, until it was used with it", async ({
    app,
    ada,
    laptop,
    credentials,
    signFactor,
  }) => {
    await update(app, ada.user.id, { emailVerified: true });
    await resetPassword(app, ada.user.email);
    const loginAlone = async () => app.as().auth.passkey.login({ passkey: await signLogin(app, laptop) });
    expect(await catchReason(loginAlone())).toBe("PASSKEY_PASSWORD_REQUIRED");
    expect(await catchReason(app.as().auth.login(credentials))).toBe("SECOND_FACTOR_REQUIRED");
    await app.as().auth.login({ ...credentials, passkey: await signFactor(laptop) });
    await loginAlone();
  });

  test("confirms nothing without the new password", async ({ app, ada, laptop, credentials }) => {
    await update(app, ada.user.id, { emailVerified: true });
    await resetPassword(app, ada.user.email);
    const [code] = laptop.recoveryCodes ?? [];
    const { accessToken } = await app
      .as()
      .auth.login({ ...credentials, ...(code !== undefined && { code }) });
    const client = await createClientWithToken(app, accessToken);
    const passkey = await signConfirmation(client, laptop);
    const { startCreation } = client.auth.passkey;
    expect(await catchReason(startCreation({ passkey }))).toBe("PASSWORD_WRONG");
    const next = await signConfirmation(client, laptop);
    await startCreation({ passkey: next, password: validPassword });
    await startCreation({ passkey: await signConfirmation(client, laptop) });
  });

  test("of an account that nobody had verified is gone", async ({ app, ada, laptop, credentials }) => {
    await update(app, ada.user.id, { emailVerified: false });
    await resetPassword(app, ada.user.email);
    const passkey = await signLogin(app, laptop);
    expect(await catchReason(app.as().auth.passkey.login({ passkey }))).toBe("PASSKEY_INVALID");
    await app.as().auth.login(credentials);
  });
});

describe("an administrator", () => {
  test("a required change of the password makes passkeys need it", async ({
    app,
    ada,
    laptop,
    credentials,
    signFactor,
  }) => {
    const admin = await createAccount(app);
    await update(app, admin.user.id, { isSuperuser: true });
    await admin.client.auth.admin.user.requirePasswordChange({ id: ada.user.id });
    const alone = app.as().auth.passkey.login({ passkey: await signLogin(app, laptop) });
    expect(await catchReason(alone)).toBe("PASSWORD_CHANGE_REQUIRED");
    const newPassword = "another good password";
    await app.as().auth.login({ ...credentials, newPassword, passkey: await signFactor(laptop) });
  });

  test("a reset of the second factor removes the passkeys", async ({ app, ada, laptop, credentials }) => {
    const admin = await createAccount(app);
    await update(app, admin.user.id, { isSuperuser: true });
    const { admin: administration } = admin.client.auth;
    expect((await administration.user.list({ search: ada.user.email })).items).toMatchObject([
      { hasSecondFactor: true },
    ]);
    await administration.user.resetSecondFactor({ id: ada.user.id });
    const passkey = await signLogin(app, laptop);
    expect(await catchReason(app.as().auth.passkey.login({ passkey }))).toBe("PASSKEY_INVALID");
    await app.as().auth.login(credentials);
  });
});
