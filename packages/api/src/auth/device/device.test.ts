import {
  auditEntries,
  authIdentities,
  authSessions,
  createId,
  deviceAuthorizations,
  users,
} from "@mdreader/db";
import { eq } from "drizzle-orm";
import { describe, expect, onTestFinished } from "vitest";

import {
  catchReason,
  countOutcomes,
  createClientWithToken,
  insertUser,
  loginAgain,
  createAccount,
  type TestApp,
  validPassword,
} from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";
import { sweepDeviceAuthorizations } from "../sweep.ts";

const test = base
  .extend("limits", { auto: true }, ({ limitAttempts }) => limitAttempts())
  .extend("ada", ({ app }) => insertUser(app))
  .extend(
    "start",
    ({ app }) =>
      () =>
        app.as().auth.device.start({ clientName: "A tool" }),
  );

const login = (app: TestApp, deviceCode: string) => app.as().auth.device.login({ deviceCode });

describe("the sign-in of a device", () => {
  test("waits for an approval, and opens a session once", async ({ app, ada, start }) => {
    const { deviceCode, userCode, verificationUri, verificationUriComplete } = await start();
    expect(userCode).toMatch(/^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/);
    expect(verificationUriComplete).toBe(`${verificationUri}?code=${userCode}`);
    expect(await catchReason(login(app, deviceCode))).toBe("DEVICE_PENDING");
    expect(await ada.client.auth.device.get({ userCode })).toMatchObject({
      clientName: "A tool",
      userAgent: "test",
      ipAddress: "192.0.2.1",
    });
    await ada.client.auth.device.approve({ userCode: ` ${userCode.toLowerCase().replace("-", "")} ` });

    const { user, accessToken } = await login(app, deviceCode);
    expect(user.id).toBe(ada.id);
    expect(await app.services.tokens.verifyAccess(accessToken)).toMatchObject({ userId: ada.id });
    expect(await catchReason(login(app, deviceCode))).toBe("DEVICE_CODE_INVALID");
    const audited = await app.services.database.db
      .select({ action: auditEntries.action, details: auditEntries.details })
      .from(auditEntries)
      .where(eq(auditEntries.actorId, ada.id))
      .orderBy(auditEntries.id);
    expect(audited).toEqual([
      { action: "device.approved", details: { deviceAddress: "192.0.2.1" } },
      { action: "account.signedIn", details: { device: "A tool" } },
    ]);
  });

  test("is no fresh proof of who the person is", async ({ app, ada, start }) => {
    // An account without a password, whose sign-in is older than ten minutes.
    app.services.clock.advance(11 * 60);
    const { deviceCode, userCode } = await start();
    await ada.client.auth.device.approve({ userCode });
    const device = await createClientWithToken(app, (await login(app, deviceCode)).accessToken);
    for (const client of [ada.client, device]) {
      const change = client.auth.changePassword({ newPassword: validPassword });
      expect(await catchReason(change)).toBe("SIGN_IN_AGAIN");
    }
  });

  test("is opened by one of several simultaneous calls", async ({ app, ada, start }) => {
    const { deviceCode, userCode } = await start();
    await ada.client.auth.device.approve({ userCode });
    const calls = Array.from({ length: 8 }, () => login(app, deviceCode));
    expect(await countOutcomes(calls)).toEqual({ ok: 1, DEVICE_CODE_INVALID: 7 });
  });

  test("ends when it is denied, and can't be approved afterwards", async ({ app, ada, start }) => {
    const { deviceCode, userCode } = await start();
    await ada.client.auth.device.deny({ userCode });
    expect(await catchReason(ada.client.auth.device.approve({ userCode }))).toBe("DEVICE_CODE_INVALID");
    expect(await catchReason(login(app, deviceCode))).toBe("DEVICE_DENIED");
  });

  test("slows down a device that asks too often, and lets it continue at the new pace", async ({
    app,
    start,
  }) => {
    const { deviceCode, interval } = await start();
    expect(await catchReason(login(app, deviceCode))).toBe("DEVICE_PENDING");
    expect(await catchReason(login(app, deviceCode))).toBe("DEVICE_POLLED_TOO_OFTEN");
    app.services.clock.advance(interval);
    expect(await catchReason(login(app, deviceCode))).toBe("DEVICE_POLLED_TOO_OFTEN");
    app.services.clock.advance(interval + 10);
    expect(await catchReason(login(app, deviceCode))).toBe("DEVICE_PENDING");
  });

  test("works where passwords are refused, and ends with the identity that approved it", async ({
    app,
    ada,
    start,
  }) => {
    app.services.settings.acceptsPasswords = false;
    onTestFinished(() => {
      app.services.settings.acceptsPasswords = true;
    });
    const { db } = app.services.database;
    const identityId = createId();
    const identity = { id: identityId, userId: ada.id, issuer: "https://acme.test", subject: createId() };
    await db.insert(authIdentities).values(identity);
    const { sessionId } = ada.credential;
    await db.update(authSessions).set({ identityId }).where(eq(authSessions.id, sessionId));
    const { deviceCode, userCode } = await start();
    await ada.client.auth.device.approve({ userCode });
    await login(app, deviceCode);
    const sessions = await db
      .select({ identityId: authSessions.identityId })
      .from(authSessions)
      .where(eq(authSessions.userId, ada.id));
    expect(sessions).toEqual([{ identityId }, { identityId }]);
  });
});

describe("an attacker", () => {
  test("can't use a code that has expired, in either role", async ({ app, ada, start }) => {
    const { deviceCode, userCode, expiresIn } = await start();
    const approved = await start();
    await ada.client.auth.device.approve({ userCode: approved.userCode });
    app.services.clock.advance(expiresIn + 1);
    const { get, approve, deny } = ada.client.auth.device;
    for (const call of [get, approve, deny])
      expect(await catchReason(call({ userCode }))).toBe("DEVICE_CODE_INVALID");
    expect(await catchReason(login(app, deviceCode))).toBe("DEVICE_CODE_INVALID");
    expect(await catchReason(login(app, approved.deviceCode))).toBe("DEVICE_CODE_INVALID");
    expect(await sweepDeviceAuthorizations(app.services)).toBeGreaterThanOrEqual(2);
  });

  test("can't sign in with the code that the person sees, nor with one from the database", async ({
    app,
    ada,
    start,
  }) => {
    const { userCode, deviceCode } = await start();
    await ada.client.auth.device.approve({ userCode });
    const stored = await app.services.database.db.select().from(deviceAuthorizations);
    for (const { deviceCodeHash } of stored) {
      const hash = Buffer.from(deviceCodeHash).toString("base64url");
      expect(await catchReason(login(app, hash))).toBe("DEVICE_CODE_INVALID");
    }
    expect(await catchReason(login(app, userCode))).toBe("DEVICE_CODE_INVALID");
    expect(JSON.stringify(stored)).not.toContain(userCode.replace("-", ""));
    expect(JSON.stringify(stored)).not.toContain(deviceCode);
  });

  test("can't approve with an API key", async ({ app, start }) => {
    const { client } = await createAccount(app);
    const { secret } = await client.auth.apiKey.create({ name: "key", scopes: ["read", "write", "manage"] });
    const { userCode } = await start();
    const key = await createClientWithToken(app, secret);
    expect(await catchReason(key.auth.device.approve({ userCode }))).toBe("ACCOUNT_SESSION_REQUIRED");
  });

  test("an approval with a stolen session is void after the password was changed elsewhere", async ({
    app,
    start,
  }) => {
    const { user, client: stolen } = await createAccount(app);
    const owner = await loginAgain(app, user);
    const { deviceCode, userCode } = await start();
    await stolen.auth.device.approve({ userCode });
    await owner.client.auth.changePassword({
      currentPassword: validPassword,
      newPassword: "another password",
    });
    expect(await catchReason(login(app, deviceCode))).toBe("DEVICE_CODE_INVALID");
  });

  test("whose account is suspended gets no session from an earlier approval", async ({ app, ada, start }) => {
    const { deviceCode, userCode } = await start();
    await ada.client.auth.device.approve({ userCode });
    const deactivatedAt = app.services.clock.now().toISOString();
    await app.services.database.db.update(users).set({ deactivatedAt }).where(eq(users.id, ada.id));
    expect(await catchReason(login(app, deviceCode))).toBe("DEVICE_CODE_INVALID");
  });

  test("guesses of codes are limited, even with several accounts in one network", async ({
    app,
    ada,
    start,
    limitAttempts,
  }) => {
    limitAttempts({ "device.code": 3, "device.network": 5 });
    const guess = { userCode: "BBBB-BBBB" };
    for (let tries = 0; tries < 3; tries += 1)
      expect(await catchReason(ada.client.auth.device.get(guess))).toBe("DEVICE_CODE_INVALID");
    const { userCode } = await start();
    for (const call of [ada.client.auth.device.get, ada.client.auth.device.approve])
      expect(await catchReason(call({ userCode }))).toBe("RATE_LIMITED");
    const other = await insertUser(app);
    // The calls that were refused to the former don't count for the network.
    for (const reason of ["DEVICE_CODE_INVALID", "DEVICE_CODE_INVALID", "RATE_LIMITED"])
      expect(await catchReason(other.client.auth.device.get(guess))).toBe(reason);
  });

  test("can't start any number of sign-ins", async ({ start, limitAttempts }) => {
    limitAttempts({ "device.start": 2 });
    await start();
    await start();
    expect(await catchReason(start())).toBe("RATE_LIMITED");
  });

  test.for(["", "AEIO-UUUU", "BCDF-GHJKL", "1234-5678", "\u0000"])(
    "gets a field error for the code %j",
    async (userCode, { ada }) => {
      expect(await catchReason(ada.client.auth.device.approve({ userCode }))).toBe("BAD_INPUT");
    },
  );
});
