import { auditEntries, emailChanges, users } from "@mdreader/db";
import { asc, eq } from "drizzle-orm";
import { describe, expect, onTestFinished } from "vitest";

import {
  catchReason,
  countOutcomes,
  createAccount,
  createProvider,
  createVerifiedIdentity,
  insertUser,
  loginAgain,
  type TestApp,
  type TestUser,
  validPassword,
} from "../../testing/index.ts";
import { enableSecondFactor, generateTotp } from "../../testing/second-factors.ts";
import { test as base } from "../../testing/test.ts";
import { signInWithIdentity } from "../identity/sign-in.ts";
import { sweepEmailChanges } from "../sweep.ts";

const password = validPassword;
let count = 0;
const newAddress = () => `new-${Date.now()}-${(count += 1)}@example.test`;

const mailsTo = ({ services }: TestApp, address: string) =>
  services.mailer.mails.filter(({ to }) => to === address);

/** Returns the token of the newest link of a kind that was mailed to an address. */
function mailedToken(app: TestApp, address: string, kind: "agreeEmailChange" | "proveEmail"): string {
  const mail = mailsTo(app, address).findLast((sent) => sent.kind === kind);
  if (mail === undefined || !("url" in mail)) throw new Error("no link was mailed");
  return new URL(mail.url).hash.replace("#token=", "");
}

const it = base
  .extend("ada", ({ app }) => createAccount(app))
  /** Requests a new address. Returns it with the tokens of both links. */
  .extend("request", ({ app, ada }) => async (email = newAddress(), person: TestUser = ada) => {
    expect(await person.client.auth.emailChange.request({ email, password })).toEqual({ ok: true });
    return {
      email,
      agreement: mailedToken(app, person.user.email, "agreeEmailChange"),
      proof: mailedToken(app, email, "proveEmail"),
    };
  })
  .extend(
    "confirm",
    ({ app }) =>
      (token: string) =>
        app.as().auth.emailChange.confirm({ token }),
  )
  .extend(
    "refuse",
    ({ app }) =>
      (token: string) =>
        app.as().auth.emailChange.refuse({ token }),
  )
  .extend("actions", ({ app, ada }) => async () => {
    const { action, targetId, id } = auditEntries;
    const found = await app.services.database.db
      .select({ action })
      .from(auditEntries)
      .where(eq(targetId, ada.user.id))
      .orderBy(asc(id));
    return found.map((entry) => entry.action).filter((name) => name.startsWith("account.emailChange"));
  });

describe("a change of the email address", () => {
  it("takes both links, in any order, and keeps all sessions", async ({
    app,
    ada,
    request,
    confirm,
    actions,
  }) => {
    const { email, agreement, proof } = await request();
    expect(await confirm(agreement)).toEqual({ state: "waitsForProof" });
    expect(await confirm(agreement)).toEqual({ state: "waitsForProof" });
    expect((await ada.client.auth.emailChange.get()).pending).toMatchObject({
      newEmail: email,
      isAgreed: true,
      isProven: false,
    });
    expect((await ada.client.auth.me()).email).toBe(ada.user.email);
    expect(await confirm(proof)).toEqual({ state: "changed" });
    expect(await ada.client.auth.me()).toMatchObject({ email, emailVerified: true });
    expect(await ada.client.auth.emailChange.get()).toEqual({ pending: null });
    expect(mailsTo(app, ada.user.email).at(-1)).toMatchObject({ kind: "emailChanged", newEmail: email });
    await loginAgain(app, { email });
    expect(await catchReason(loginAgain(app, ada.user))).toBe("BAD_CREDENTIALS");
    expect(await catchReason(confirm(proof))).toBe("EMAIL_TOKEN_INVALID");
    expect(await actions()).toEqual(["account.emailChangeRequested", "account.emailChanged"]);

    const second = await request(newAddress(), { ...ada, user: { ...ada.user, email } });
    expect(await confirm(second.proof)).toEqual({ state: "waitsForAgreement" });
    expect(await confirm(second.agreement)).toEqual({ state: "changed" });
  });

  it("happens once when both links are used at the same time", async ({ ada, request, confirm }) => {
    const { email, agreement, proof } = await request();
    const states = await Promise.all([confirm(agreement), confirm(proof)]);
    expect(states.filter(({ state }) => state === "changed")).toHaveLength(1);
    expect((await ada.client.auth.me()).email).toBe(email);
  });

  it("can be refused by the reader of the current address's mail only", async ({
    ada,
    request,
    confirm,
    refuse,
    actions,
  }) => {
    const { agreement, proof } = await request();
    await confirm(proof);
    expect(await catchReason(refuse(proof))).toBe("EMAIL_TOKEN_INVALID");
    expect(await refuse(agreement)).toEqual({ ok: true });
    expect(await catchReason(confirm(agreement))).toBe("EMAIL_TOKEN_INVALID");
    expect(await catchReason(confirm(proof))).toBe("EMAIL_TOKEN_INVALID");
    expect((await ada.client.auth.me()).email).toBe(ada.user.email);
    expect(await actions()).toEqual(["account.emailChangeRequested", "account.emailChangeRefused"]);
  });

  it("is replaced by a new request, whose links alone count", async ({ app, ada, request, confirm }) => {
    const first = await request();
    await confirm(first.agreement);
    const second = await request();
    expect(await catchReason(confirm(first.agreement))).toBe("EMAIL_TOKEN_INVALID");
    expect(await catchReason(confirm(first.proof))).toBe("EMAIL_TOKEN_INVALID");
    expect((await ada.client.auth.emailChange.get()).pending).toMatchObject({
      newEmail: second.email,
      isAgreed: false,
    });
    const { db } = app.services.database;
    expect(await db.$count(emailChanges, eq(emailChanges.userId, ada.user.id))).toBe(1);
  });

  it("expires after a day, and is swept then", async ({ app, ada, request, confirm }) => {
    const { agreement } = await request();
    app.services.clock.advance(86_401);
    expect(await catchReason(confirm(agreement))).toBe("EMAIL_TOKEN_INVALID");
    expect(await sweepEmailChanges(app.services)).toBeGreaterThan(0);
    const { db } = app.services.database;
    expect(await db.$count(emailChanges, eq(emailChanges.userId, ada.user.id))).toBe(0);
  });

  it("can be canceled by the person and by a superuser", async ({ app, ada, request, confirm, actions }) => {
    const own = await request();
    expect(await ada.client.auth.emailChange.cancel()).toEqual({ ok: true });
    expect(await catchReason(confirm(own.proof))).toBe("EMAIL_TOKEN_INVALID");
    expect(await catchReason(ada.client.auth.emailChange.cancel())).toBe("NOT_FOUND");

    const { client } = await insertUser(app, { isSuperuser: true });
    const { agreement } = await request();
    const find = async () =>
      (await client.auth.admin.user.list({ search: ada.user.username })).items[0]?.isEmailChangePending;
    expect(await find()).toBe(true);
    expect(await client.auth.admin.user.cancelEmailChange({ id: ada.user.id })).toEqual({ ok: true });
    expect(await find()).toBe(false);
    expect(await catchReason(confirm(agreement))).toBe("EMAIL_TOKEN_INVALID");
    expect(await catchReason(client.auth.admin.user.cancelEmailChange({ id: ada.user.id }))).toBe(
      "NOT_FOUND",
    );
    expect((await actions()).filter((action) => action === "account.emailChangeCanceled")).toHaveLength(2);
  });
});

describe("requesting a new address", () => {
  it("needs the password, and a code of the second factor", async ({ app, ada }) => {
    const email = newAddress();
    const { request } = ada.client.auth.emailChange;
    expect(await catchReason(request({ email, password: "not the password" }))).toBe("PASSWORD_WRONG");
    expect(await catchReason(request({ email }))).toBe("PASSWORD_WRONG");
    const { secret } = await enableSecondFactor(app, ada);
    expect(await catchReason(request({ email, password }))).toBe("SECOND_FACTOR_REQUIRED");
    app.services.clock.advance(30);
    expect(await request({ email, password, code: generateTotp(app, secret) })).toEqual({ ok: true });
  });

  it("refuses the current address and those of other domains, and changes nothing", async ({ app, ada }) => {
    const { request } = ada.client.auth.emailChange;
    const email = ` ${ada.user.email.toUpperCase()}`;
    expect(await catchReason(request({ email, password }))).toBe("EMAIL_UNCHANGED");
    const { settings } = app.services;
    onTestFinished(() => {
      app.services.settings = settings;
    });
    app.services.settings = {
      ...settings,
      fixedInstanceSettings: { allowedEmailDomains: ["example.test"] },
    };
    expect(await catchReason(request({ email: "ada@elsewhere.test", password }))).toBe(
      "EMAIL_DOMAIN_NOT_ALLOWED",
    );
    expect(await ada.client.auth.emailChange.get()).toEqual({ pending: null });
  });

  it("limits the emails to an address, whether or not an account has it", async ({ app, limitAttempts }) => {
    const [ada, ben, taken] = [await createAccount(app), await createAccount(app), await createAccount(app)];
    for (const email of [taken.user.email, newAddress()]) {
      limitAttempts({ "mail.address": 1 });
      const tries = [ada, ben].map(({ client }) => client.auth.emailChange.request({ email, password }));
      expect(await countOutcomes(tries)).toEqual({ ok: 1, RATE_LIMITED: 1 });
    }
  });
});

describe("an address that another account has", () => {
  it("is answered like any other, until its own link is opened", async ({ app, ada, request, confirm }) => {
    const taken = await createAccount(app);
    const { agreement, proof } = await request(taken.user.email);
    expect((await ada.client.auth.emailChange.get()).pending).toMatchObject({
      newEmail: taken.user.email,
      isAgreed: false,
      isProven: false,
    });
    expect(await confirm(agreement)).toEqual({ state: "waitsForProof" });
    expect(await catchReason(confirm(proof))).toBe("EMAIL_TAKEN");
    expect((await ada.client.auth.emailChange.get()).pending).toMatchObject({
      isAgreed: true,
      isProven: false,
    });
    expect((await ada.client.auth.me()).email).toBe(ada.user.email);
  });

  it("is refused also when it was registered after it was proven", async ({ app, request, confirm }) => {
    const { email, agreement, proof } = await request();
    await confirm(proof);
    await createAccount(app, { email });
    expect(await catchReason(confirm(agreement))).toBe("EMAIL_TAKEN");
  });

  it("goes to one of two accounts that prove it at the same time", async ({ app, ada, request, confirm }) => {
    const ben = await createAccount(app);
    const email = newAddress();
    const first = await request(email, ada);
    const second = await request(email, ben);
    await confirm(first.agreement);
    await confirm(second.agreement);
    const tries = [confirm(first.proof), confirm(second.proof)];
    expect(await countOutcomes(tries)).toEqual({ ok: 1, EMAIL_TAKEN: 1 });
  });
});

describe("the links", () => {
  it("are void while the account is suspended, and after its address was changed", async ({
    app,
    ada,
    request,
    confirm,
  }) => {
    const { agreement, proof } = await request();
    const { client } = await insertUser(app, { isSuperuser: true });
    await client.auth.admin.user.suspend({ id: ada.user.id });
    expect(await catchReason(confirm(agreement))).toBe("EMAIL_TOKEN_INVALID");
    await client.auth.admin.user.reactivate({ id: ada.user.id });
    const { db } = app.services.database;
    await db.update(users).set({ email: newAddress() }).where(eq(users.id, ada.user.id));
    expect(await catchReason(confirm(agreement))).toBe("EMAIL_TOKEN_INVALID");
    expect(await catchReason(confirm(proof))).toBe("EMAIL_TOKEN_INVALID");
  });

  it("are void after a password reset, so that a thief's request ends", async ({
    app,
    ada,
    request,
    confirm,
  }) => {
    const { agreement } = await request();
    await app.as().auth.requestPasswordReset({ email: ada.user.email });
    const mail = mailsTo(app, ada.user.email).findLast(({ kind }) => kind === "resetPassword");
    const token = mail !== undefined && "url" in mail ? new URL(mail.url).hash.replace("#token=", "") : "";
    await app.as().auth.resetPassword({ token, newPassword: `${password}, the next` });
    expect(await catchReason(confirm(agreement))).toBe("EMAIL_TOKEN_INVALID");
  });

  it("are void once the owner of the address takes over an account that a stranger registered", async ({
    app,
    ada,
    request,
    confirm,
  }) => {
    const { email, agreement, proof } = await request();
    await confirm(proof);
    const provider = createProvider(app, { trustsEmail: true });
    const identity = createVerifiedIdentity(provider, { email: ada.user.email, emailVerified: true });
    await signInWithIdentity(app.context({ kind: "none" }), identity, null);
    expect(await catchReason(confirm(agreement))).toBe("EMAIL_TOKEN_INVALID");
    const { db } = app.services.database;
    expect(await db.$count(users, eq(users.email, email))).toBe(0);
  });

  it("leave emailed links to the former address void", async ({ app, ada, request, confirm }) => {
    const mail = mailsTo(app, ada.user.email).find(({ kind }) => kind === "verifyEmail");
    const token = mail !== undefined && "url" in mail ? new URL(mail.url).hash.replace("#token=", "") : "";
    const { agreement, proof } = await request();
    await confirm(agreement);
    await confirm(proof);
    expect(await catchReason(app.as().auth.verifyEmail({ token }))).toBe("EMAIL_TOKEN_INVALID");
  });
});
