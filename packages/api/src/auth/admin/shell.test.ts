import { auditEntries } from "@mdreader/db";
import { eq } from "drizzle-orm";
import { expect } from "vitest";

import { insertUser } from "../../testing/factories.ts";
import { catchReason, createAccount, loginAgain, validPassword } from "../../testing/index.ts";
import { enableSecondFactor } from "../../testing/second-factors.ts";
import { test as it } from "../../testing/test.ts";
import { createPasswordLink, createSuperuser, removeLostSecondFactor, removeSuperuser } from "./shell.ts";
import { listSuperusers } from "./superusers.ts";

const toToken = (url: string) => new URL(url).hash.replace("#token=", "");

it("the shell creates superusers, and the last one can't be removed", async ({ app }) => {
  const { services } = app;
  const { url } = await createSuperuser(services, { email: "root@example.test", username: "root" });
  if (url === null) throw new Error("there is no link");
  await app.as().auth.resetPassword({ token: toToken(url), newPassword: validPassword });
  const { user } = await app.as().auth.login({ email: "root@example.test", password: validPassword });
  expect(user.isSuperuser).toBe(true);
  expect(await catchReason(removeSuperuser(services, user.email))).toBe("LAST_SUPERUSER");

  const existing = await insertUser(app, { emailVerified: true });
  expect(await createSuperuser(services, existing)).toEqual({ url: null });
  expect((await listSuperusers(services)).map(({ email }) => email)).toEqual([user.email, existing.email]);
  await removeSuperuser(services, user.email);
  expect(await catchReason(removeSuperuser(services, existing.email))).toBe("LAST_SUPERUSER");
  expect((await listSuperusers(services)).map(({ email }) => email)).toEqual([existing.email]);
});

it("the shell removes the second factor of the only superuser, who has lost it", async ({ app }) => {
  const { services } = app;
  const { user, client } = await createAccount(app);
  await createSuperuser(services, { ...user, force: true });
  await enableSecondFactor(app, { client });
  await removeLostSecondFactor(services, user.email);
  expect(await catchReason(client.auth.me())).toBe("SESSION_ENDED");
  expect((await loginAgain(app, user)).user.id).toBe(user.id);
  expect(await catchReason(removeLostSecondFactor(services, user.email))).toBe("NOT_FOUND");
});

it("the shell promotes whoever holds an address only if it is proven, or the operator insists", async ({
  app,
}) => {
  const { services } = app;
  const { email, username } = await insertUser(app);
  const emails = async () => (await listSuperusers(services)).map((superuser) => superuser.email);
  expect(await catchReason(createSuperuser(services, { email, username }))).toBe("EMAIL_NOT_VERIFIED");
  expect(await emails()).not.toContain(email);
  await createSuperuser(services, { email, username, force: true });
  expect(await emails()).toContain(email);
});

it("the shell refuses suspended accounts, for which neither role nor link would work", async ({ app }) => {
  const { services } = app;
  const suspended = await insertUser(app, { emailVerified: true, deactivatedAt: new Date().toISOString() });
  for (const act of [
    () => createSuperuser(services, suspended),
    () => createSuperuser(services, { ...suspended, force: true }),
    () => createPasswordLink(services, suspended.email),
  ])
    expect(await catchReason(act())).toBe("ACCOUNT_SUSPENDED");
  expect((await listSuperusers(services)).map(({ email }) => email)).not.toContain(suspended.email);
});

it("two superusers who are removed at the same time don't leave the instance without one", async ({
  app,
}) => {
  const { services } = app;
  const [one, other] = [
    await insertUser(app, { emailVerified: true }),
    await insertUser(app, { emailVerified: true }),
  ];
  for (const { email } of await listSuperusers(services)) {
    await createSuperuser(services, one);
    await removeSuperuser(services, email);
  }
  await createSuperuser(services, one);
  await createSuperuser(services, other);
  const answers = await Promise.all(
    [one, other].map(({ email }) => catchReason(removeSuperuser(services, email))),
  );
  expect(answers.filter((reason) => reason !== null)).toEqual(["LAST_SUPERUSER"]);
});

it("a password link signs its reader in, and is in the audit log", async ({ app }) => {
  const { id, email } = await insertUser(app);
  const url = await createPasswordLink(app.services, email);
  await app.as().auth.resetPassword({ token: toToken(url), newPassword: validPassword });
  expect((await app.as().auth.login({ email, password: validPassword })).user.id).toBe(id);
  const entries = await app.services.database.db
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.targetId, id));
  expect(entries.map(({ action, actorId }) => ({ action, actorId }))).toContainEqual({
    action: "account.passwordLinkCreated",
    actorId: null,
  });
  expect(await catchReason(createPasswordLink(app.services, "nobody@example.test"))).toBe("NOT_FOUND");
});
