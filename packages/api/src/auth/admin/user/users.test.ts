import { users } from "@mdreader/db";
import { eq } from "drizzle-orm";
import { expect } from "vitest";

import { lockActiveAccountShared } from "../../../access/locks.ts";
import { insertDocument } from "../../../testing/documents.ts";
import { insertUser } from "../../../testing/factories.ts";
import {
  catchReason,
  createAccount,
  createClientWithToken,
  loginAgain,
  validPassword,
} from "../../../testing/index.ts";
import { test as base } from "../../../testing/test.ts";

const it = base.extend("root", ({ app }) => insertUser(app, { isSuperuser: true }));

it("a suspended user is out of every session and key, and in again after reactivation", async ({
  app,
  root,
}) => {
  const { user, client } = await createAccount(app);
  const { secret } = await client.auth.apiKey.create({ name: "tool", scopes: ["read"] });
  const tool = await createClientWithToken(app, secret);
  const { admin } = root.client.auth;
  await admin.user.suspend({ id: user.id });
  expect(await catchReason(client.auth.me())).toBe("SESSION_ENDED");
  expect(await catchReason(tool.auth.me())).toBe("SESSION_ENDED");
  const credentials = { email: user.email, password: validPassword };
  expect(await catchReason(app.as().auth.login(credentials))).toBe("BAD_CREDENTIALS");
  expect((await admin.user.list({ status: "suspended", search: user.email })).items).toMatchObject([
    { id: user.id, isActive: false, failedSignIns: 1 },
  ]);

  await admin.user.reactivate({ id: user.id });
  expect(await catchReason(client.auth.me())).toBe("SESSION_ENDED");
  expect(await catchReason(tool.auth.me())).toBeNull();
  expect((await loginAgain(app, user)).user).toMatchObject({ id: user.id, isActive: true });
});

it("a suspended user's open stream ends", async ({ app, root, editor, workspaceId }) => {
  const events = await editor.client.workspace.events({ workspaceId });
  const reader = events[Symbol.asyncIterator]();
  const next = catchReason(reader.next().then(() => reader.next()));
  await root.client.auth.admin.user.suspend({ id: editor.id });
  expect(await next).not.toBeNull();
  expect(app).toBeDefined();
});

it("a write that began before the suspension finishes first, and none is written after it", async ({
  app,
  root,
  owner,
  editor,
  workspaceId,
}) => {
  const { db } = app.services.database;
  const documentId = await insertDocument({ app, workspaceId, people: { owner } });
  const order: string[] = [];
  const begun = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  // Stands for the transaction of a write in the middle.
  const write = db.transaction(async (tx) => {
    await lockActiveAccountShared(tx, editor.id);
    begun.resolve();
    await release.promise;
    order.push("write");
  });
  await begun.promise;
  const suspension = (async () => {
    await root.client.auth.admin.user.suspend({ id: editor.id });
    order.push("suspension");
  })();
  // These were permitted when they began, and wait behind the suspension for the account.
  const late = Promise.all(
    Array.from({ length: 5 }, (_, n) =>
      catchReason(editor.client.document.comment.create({ documentId, body: `Late ${n}` })),
    ),
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  release.resolve();
  await Promise.all([write, suspension]);
  expect(order).toEqual(["write", "suspension"]);
  const written = (await late).filter((reason) => reason === null).length;
  const { items } = await root.client.auth.admin.audit.list({
    action: "account.suspended",
    targetId: editor.id,
  });
  expect(items).toHaveLength(1);
  // Whatever was committed, was committed before the suspension: nothing is added afterward.
  expect(await catchReason(editor.client.document.comment.create({ documentId, body: "x" }))).toBe(
    "SESSION_ENDED",
  );
  expect(written).toBeLessThanOrEqual(5);
});

it("a locked account that is suspended meanwhile is refused", async ({ app, editor }) => {
  const { db } = app.services.database;
  const suspended = Promise.withResolvers<void>();
  const commit = Promise.withResolvers<void>();
  const suspension = db.transaction(async (tx) => {
    await tx.update(users).set({ deactivatedAt: new Date().toISOString() }).where(eq(users.id, editor.id));
    suspended.resolve();
    await commit.promise;
  });
  await suspended.promise;
  const write = catchReason(db.transaction((tx) => lockActiveAccountShared(tx, editor.id)));
  commit.resolve();
  await suspension;
  expect(await write).toBe("SESSION_ENDED");
});

it("the last active superuser can't be suspended, removed or deleted", async ({ app, root }) => {
  const { db } = app.services.database;
  await db.update(users).set({ isSuperuser: false });
  await db.update(users).set({ isSuperuser: true }).where(eq(users.id, root.id));
  await insertUser(app, { isSuperuser: true, deactivatedAt: new Date().toISOString() });
  const { user } = root.client.auth.admin;
  expect(await catchReason(user.suspend({ id: root.id }))).toBe("LAST_SUPERUSER");
  expect(await catchReason(user.updateSuperuser({ id: root.id, isSuperuser: false }))).toBe("LAST_SUPERUSER");
  expect(await catchReason(user.delete({ id: root.id }))).toBe("ACCOUNT_OWN");
  const other = await insertUser(app, { isSuperuser: true });
  // Both at once: one remains.
  const answers = await Promise.all([
    catchReason(user.suspend({ id: other.id })),
    catchReason(other.client.auth.admin.user.suspend({ id: root.id })),
  ]);
  expect(answers.filter((reason) => reason === null)).toHaveLength(1);
});

it("a required new password is chosen at the next sign-in, which no old session survives", async ({
  app,
  root,
}) => {
  const { user, client } = await createAccount(app);
  await root.client.auth.admin.user.requirePasswordChange({ id: user.id });
  expect(await catchReason(client.auth.me())).toBe("SESSION_ENDED");
  const { login } = app.as().auth;
  const email = user.email;
  expect(await catchReason(login({ email, password: "wrong password" }))).toBe("BAD_CREDENTIALS");
  expect(await catchReason(login({ email, password: validPassword }))).toBe("PASSWORD_CHANGE_REQUIRED");
  expect(await catchReason(login({ email, password: validPassword, newPassword: validPassword }))).toBe(
    "PASSWORD_CHANGE_REQUIRED",
  );
  const newPassword = "another long password";
  expect((await login({ email, password: validPassword, newPassword })).user.id).toBe(user.id);
  expect(await catchReason(login({ email, password: validPassword }))).toBe("BAD_CREDENTIALS");
  expect(await catchReason(login({ email, password: newPassword }))).toBeNull();
});

it("sessions are ended and addresses verified for someone", async ({ app, root }) => {
  const { user, client } = await createAccount(app);
  await root.client.auth.admin.user.verify({ id: user.id });
  expect(await client.auth.me()).toMatchObject({ emailVerified: true, emailVerifiedAt: expect.any(String) });
  await root.client.auth.admin.user.endSessions({ id: user.id });
  expect(await catchReason(client.auth.me())).toBe("SESSION_ENDED");
});

it("an account is deleted unless a workspace with others would lose its only owner", async ({
  root,
  owner,
  viewer,
}) => {
  const { user } = root.client.auth.admin;
  expect(await catchReason(user.delete({ id: owner.id }))).toBe("USER_OWNS_WORKSPACES");
  expect(await catchReason(user.delete({ id: viewer.id }))).toBeNull();
  expect(await catchReason(user.delete({ id: viewer.id }))).toBe("NOT_FOUND");
  expect((await user.list({ status: "deleted", search: viewer.email })).items).toMatchObject([
    { id: viewer.id },
  ]);
});

it("the list finds parts of names in pages, and treats special characters literally", async ({
  app,
  root,
}) => {
  for (const name of ["needle-one", "needle-two", "needle_three"]) {
    await insertUser(app, { username: name, email: `${name}@example.test`, fullName: `Full ${name}` });
  }
  const { list } = root.client.auth.admin.user;
  const first = await list({ search: "NEEDLE", limit: 2 });
  expect(first.items.map(({ username }) => username)).toEqual(["needle_three", "needle-two"]);
  const second = await list({ search: "needle", limit: 2, cursor: first.nextCursor });
  expect(second.items.map(({ username }) => username)).toEqual(["needle-one"]);
  expect(second.nextCursor).toBeNull();
  expect((await list({ search: "e_t" })).items).toHaveLength(1);
  expect(JSON.stringify(first)).not.toMatch(/password_hash|passwordHash|no password/);
});

it("a key with the scope `instance` works while its owner is a superuser, and only they can create one", async ({
  app,
  root,
  outsider,
}) => {
  const input = { name: "automation", scopes: ["instance" as const] };
  expect(await catchReason(outsider.client.auth.apiKey.create(input))).toBe("SUPERUSER_REQUIRED");
  const { secret } = await root.client.auth.apiKey.create(input);
  const tool = await createClientWithToken(app, secret);
  expect(await catchReason(tool.auth.admin.user.list({}))).toBeNull();
  expect(await catchReason(tool.workspace.list({}))).toBe("SCOPE_MISSING");
  await app.services.database.db.update(users).set({ isSuperuser: false }).where(eq(users.id, root.id));
  expect(await catchReason(tool.auth.admin.user.list({}))).toBe("SUPERUSER_REQUIRED");
});
