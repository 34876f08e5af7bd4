import {
  auditEntries,
  authIdentities,
  createId,
  deletedMemberships,
  documents,
  users,
  workspaceEvents,
  workspaceMembers,
  workspaces,
} from "@mdreader/db";
import { and, asc, eq } from "drizzle-orm";
import { describe, expect } from "vitest";

import { subscribeCredentialEnded } from "../../access/monitor/access-changes.ts";
import { insertDocument } from "../../testing/documents.ts";
import {
  insertMember,
  catchReason,
  createAccount,
  createClientWithToken,
  insertUser,
  insertWorkspace,
  loginAgain,
  type TestUser,
  validPassword,
} from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";
import { sweepWorkspaces } from "../../workspace/sweep.ts";
import { authenticate } from "../authenticate.ts";
import { sweepDeletedAccounts } from "../sweep.ts";

const dayMs = 86_400_000;
const deletes = ({ client }: Pick<TestUser, "client">) =>
  client.auth.deleteAccount({ password: validPassword });

/** Accounts are kept for thirty days, which is the default. */
const it = base
  .extend("root", ({ app }) => insertUser(app, { isSuperuser: true }))
  .extend(
    "restores",
    ({ root }) =>
      (id: string) =>
        root.client.auth.admin.user.restore({ id }),
  )
  .extend("sweeps", ({ app }) => async (days: number) => {
    const { clock, ...services } = app.services;
    const later = { now: () => new Date(clock.now().getTime() + days * dayMs) };
    return sweepDeletedAccounts({ ...services, clock: later });
  })
  .extend("roleIn", ({ app }) => async (workspaceId: string, userId: string) => {
    const own = and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.userId, userId));
    const [found] = await app.services.database.db.select().from(workspaceMembers).where(own);
    return found?.role ?? null;
  })
  .extend("isLive", ({ app }) => async (id: string) => {
    const [found] = await app.services.database.db.select().from(workspaces).where(eq(workspaces.id, id));
    return found === undefined ? null : found.deletedAt === null;
  });

describe("a deleted account", () => {
  it("loses every session, key and connection at once", async ({ app }) => {
    const person = await createAccount(app);
    const { user, client, accessToken, refreshToken } = person;
    const { secret } = await client.auth.apiKey.create({ name: "key", scopes: ["read"] });
    const closed: string[] = [];
    for (const token of [accessToken, secret]) {
      const credential = await authenticate(app.services, token);
      if (credential.kind !== "session" && credential.kind !== "apiKey") throw new Error("not a credential");
      subscribeCredentialEnded(app.services.bus, credential, () => closed.push(credential.kind));
    }
    await deletes(person);
    expect(new Set(closed)).toEqual(new Set(["session", "apiKey"]));
    expect(await catchReason(client.auth.me())).toBe("SESSION_ENDED");
    expect(await catchReason(app.as().auth.refresh({ refreshToken }))).toBe("SESSION_ENDED");
    expect(await catchReason((await createClientWithToken(app, secret)).auth.me())).toBe("SESSION_ENDED");
    expect(await catchReason(loginAgain(app, user))).toBe("BAD_CREDENTIALS");
  });

  it("tells its owner the date of the purge, in the answer and by email", async ({ app }) => {
    const person = await createAccount(app);
    const before = app.services.clock.now().getTime();
    const { purgeAt } = await deletes(person);
    expect(Date.parse(purgeAt ?? "") - before).toBeGreaterThanOrEqual(30 * dayMs);
    const { email: to, username } = person.user;
    expect(app.services.mailer.mails).toContainEqual({ kind: "accountDeleted", to, username, purgeAt });
  });

  it("keeps its address and username taken, and registering them fails as for those of other accounts", async ({
    app,
  }) => {
    const person = await createAccount(app);
    await deletes(person);
    const { email, username } = person.user;
    expect(await catchReason(createAccount(app, { email }))).toBe("EMAIL_TAKEN");
    expect(await catchReason(createAccount(app, { username }))).toBe("USERNAME_TAKEN");
  });

  it("is hidden in members, keys, comments, history, activity and the trash", async ({
    app,
    owner,
    admin,
    workspaceId,
  }) => {
    const person = await createAccount(app);
    await insertMember(app, workspaceId, person.user, "admin");
    const documentId = await insertDocument({ app, workspaceId, people: { owner } });
    const { document } = person.client;
    await document.comment.create({ documentId, body: "Mine" });
    const { version } = await owner.client.document.get({ id: documentId });
    await document.update({ id: documentId, content: "Mine too", baseVersion: version });
    const gone = await insertDocument({ app, workspaceId, people: { owner } });
    await document.delete({ id: gone });
    await person.client.workspace.apiKey.create({
      workspaceId,
      name: "key",
      role: "viewer",
      scopes: ["read"],
    });
    const read = async () => ({
      members: await owner.client.workspace.member.list({ workspaceId }),
      keys: await owner.client.workspace.apiKey.list({ workspaceId }),
      threads: await owner.client.document.comment.list({ documentId }),
      versions: await owner.client.document.version.list({ id: documentId }),
      blame: await owner.client.document.blame({ id: documentId }),
      trash: await owner.client.document.trash({ workspaceId }),
      activity: await owner.client.workspace.activity({ workspaceId }),
    });
    const { username } = person.user;
    for (const [place, found] of Object.entries(await read()))
      expect(JSON.stringify(found), place).toContain(username);

    await deletes(person);
    const { activity, ...rest } = await read();
    for (const [place, found] of Object.entries(rest))
      expect(JSON.stringify(found), place).not.toContain(username);
    expect(activity.items.filter(({ actor }) => actor?.username === username)).toEqual([]);
    const mention = `@${username} hello`;
    const comment = await admin.client.document.comment.create({ documentId, body: mention });
    expect(comment.mentions).toEqual([]);
  });

  it("isn't found by anything that administers users, except the list, the restoration and the purge", async ({
    app,
    root,
  }) => {
    const person = await createAccount(app);
    const { id, email: search } = person.user;
    await deletes(person);
    const { user } = root.client.auth.admin;
    expect((await user.list({ status: "deleted", search })).items).toMatchObject([{ id, isActive: false }]);
    expect((await user.list({ status: "suspended", search })).items).toEqual([]);
    const acts = [
      () => user.suspend({ id }),
      () => user.reactivate({ id }),
      () => user.verify({ id }),
      () => user.requirePasswordChange({ id }),
      () => user.resetSecondFactor({ id }),
      () => user.endSessions({ id }),
      () => user.listHoldings({ id }),
      () => user.handOver({ id }),
      () => user.delete({ id }),
      () => user.updateSuperuser({ id, isSuperuser: true }),
    ];
    for (const act of acts) expect(await catchReason(act())).toBe("NOT_FOUND");
  });

  it("can't be reactivated by an earlier server, which takes it for a suspended one", async ({ app }) => {
    const person = await createAccount(app);
    await deletes(person);
    const { sql } = app.services.database;
    await expect(sql`update users set deactivated_at = null where id = ${person.user.id}`).rejects.toThrow(
      /users_deletion_check/,
    );
  });
});

describe("restoring a deleted account", () => {
  it("returns its memberships and its own workspaces, but no session, key or superuser role", async ({
    app,
    restores,
    roleIn,
    isLive,
  }) => {
    const person = await createAccount(app);
    const { user, client } = person;
    const { secret } = await client.auth.apiKey.create({ name: "key", scopes: ["read"] });
    const own = await client.workspace.create({ name: "Mine" });
    const shared = await insertWorkspace(app, { owner: await insertUser(app) });
    await insertMember(app, shared.id, user, "editor");
    const { db } = app.services.database;
    await db.update(users).set({ isSuperuser: true }).where(eq(users.id, user.id));
    await deletes(person);
    expect([await isLive(own.id), await roleIn(shared.id, user.id)]).toEqual([false, null]);

    await restores(user.id);
    expect([await isLive(own.id), await roleIn(own.id, user.id)]).toEqual([true, "owner"]);
    expect(await roleIn(shared.id, user.id)).toBe("editor");
    expect(await catchReason(client.auth.me())).toBe("SESSION_ENDED");
    expect(await catchReason((await createClientWithToken(app, secret)).auth.me())).toBe("SESSION_ENDED");
    expect((await loginAgain(app, user)).user).toMatchObject({ id: user.id, isSuperuser: false });
    const events = await db
      .select({ kind: workspaceEvents.kind })
      .from(workspaceEvents)
      .where(eq(workspaceEvents.workspaceId, shared.id))
      .orderBy(asc(workspaceEvents.seq));
    expect(events).toEqual([{ kind: "member.left" }, { kind: "member.joined" }]);
    const { email: to, username } = user;
    expect(app.services.mailer.mails).toContainEqual({ kind: "accountRestored", to, username });
  });

  it("leaves memberships that groups granted to the next sign-in", async ({ app, restores, roleIn }) => {
    const person = await createAccount(app);
    const { id: userId } = person.user;
    const { id: workspaceId } = await insertWorkspace(app, { owner: await insertUser(app) });
    const { db } = app.services.database;
    const identity = { id: createId(), userId, issuer: "https://provider.test/", subject: userId };
    await db.insert(authIdentities).values(identity);
    await db.insert(workspaceMembers).values({ workspaceId, userId, role: "editor", grantedBy: identity.id });
    await deletes(person);
    await restores(userId);
    expect(await roleIn(workspaceId, userId)).toBeNull();
  });

  it("leaves a suspended account suspended", async ({ app, root, restores }) => {
    const { user } = await createAccount(app);
    const { admin } = root.client.auth;
    await admin.user.suspend({ id: user.id });
    await admin.user.delete({ id: user.id });
    await restores(user.id);
    const { items } = await admin.user.list({ search: user.email });
    expect(items).toMatchObject([{ isActive: false, deletedAt: null, purgeAt: null }]);
  });

  it("leaves an account suspended that a server with a clock ahead suspended", async ({
    app,
    root,
    restores,
  }) => {
    const person = await createAccount(app);
    const { clock } = app.services;
    clock.advance(5);
    await root.client.auth.admin.user.suspend({ id: person.user.id });
    clock.advance(-5);
    await root.client.auth.admin.user.delete({ id: person.user.id });
    await restores(person.user.id);
    expect(await catchReason(loginAgain(app, person.user))).toBe("BAD_CREDENTIALS");
  });

  it("leaves links void that were emailed before the deletion", async ({ app, restores }) => {
    const person = await createAccount(app);
    const { email } = person.user;
    await app.as().auth.requestPasswordReset({ email });
    const mail = app.services.mailer.mails.findLast(
      ({ kind, to }) => kind === "resetPassword" && to === email,
    );
    const token = new URL(mail !== undefined && "url" in mail ? mail.url : "").hash.replace("#token=", "");
    await deletes(person);
    await restores(person.user.id);
    const reset = app.as().auth.resetPassword({ token, newPassword: `${validPassword} again` });
    expect(await catchReason(reset)).toBe("EMAIL_TOKEN_INVALID");
  });

  it("is in the audit log", async ({ app, restores }) => {
    const person = await createAccount(app);
    const { id } = person.user;
    const { purgeAt } = await deletes(person);
    await restores(id);
    const { action, details } = auditEntries;
    const found = await app.services.database.db
      .select({ action, details })
      .from(auditEntries)
      .where(eq(auditEntries.targetId, id))
      .orderBy(asc(auditEntries.id));
    expect(found.slice(-2)).toEqual([
      { action: "account.deleted", details: { purgeAt } },
      { action: "account.restored", details: null },
    ]);
  });

  it("fails for an account that exists, and once the purge is due", async ({ app, restores }) => {
    const person = await createAccount(app);
    const { id } = person.user;
    expect(await catchReason(restores(id))).toBe("NOT_FOUND");
    await deletes(person);
    app.services.clock.advance(31 * 86_400);
    expect(await catchReason(restores(id))).toBe("NOT_FOUND");
    app.services.clock.advance(-31 * 86_400);
  });
});

describe("the purge of a deleted account", () => {
  it("removes the account and its workspaces after the retention, and keeps what it wrote", async ({
    app,
    sweeps,
    isLive,
    owner,
    workspaceId,
  }) => {
    const person = await createAccount(app);
    const { user, client } = person;
    const own = await client.workspace.create({ name: "Mine" });
    await insertMember(app, workspaceId, user, "editor");
    const document = await client.document.create({ workspaceId, title: "Kept", content: "Text" });
    await client.document.comment.create({ documentId: document.id, body: "Comment" });
    await deletes(person);
    await sweeps(29);
    const { db } = app.services.database;
    expect(await db.$count(users, eq(users.id, user.id))).toBe(1);

    expect(await sweeps(31)).toBeGreaterThanOrEqual(1);
    expect(await db.$count(users, eq(users.id, user.id))).toBe(0);
    expect(await db.$count(deletedMemberships, eq(deletedMemberships.userId, user.id))).toBe(0);
    expect(await isLive(own.id)).toBeNull();
    const kept = await owner.client.document.get({ id: document.id });
    expect(kept.content).toBe("Text");
    const { items } = await owner.client.document.comment.list({ documentId: document.id });
    expect(items[0]?.comments.items).toMatchObject([{ body: "Comment", author: null }]);
    const [row] = await db.select().from(documents).where(eq(documents.id, document.id));
    expect(row?.createdBy).toBeNull();
    const purged = and(eq(auditEntries.action, "account.purged"), eq(auditEntries.targetId, user.id));
    const [entry] = await db.select().from(auditEntries).where(purged);
    expect(entry).toMatchObject({ actorId: null, targetName: user.email });
    const { email, username } = user;
    expect(await catchReason(createAccount(app, { email, username }))).toBeNull();
  });

  it("can be brought forward by a superuser, who can't purge anyone else", async ({ app, root, isLive }) => {
    const person = await createAccount(app);
    const { id, email, username } = person.user;
    const own = await person.client.workspace.create({ name: "Mine" });
    const purge = () => root.client.auth.admin.user.purge({ id });
    expect(await catchReason(purge())).toBe("NOT_FOUND");
    await deletes(person);
    await purge();
    expect(await catchReason(purge())).toBe("NOT_FOUND");
    const { db } = app.services.database;
    expect(await db.$count(users, eq(users.id, id))).toBe(0);
    expect(await isLive(own.id)).toBeNull();
    const { items } = await root.client.auth.admin.audit.list({ action: "account.purged" });
    expect(items[0]).toMatchObject({ actorId: root.id, targetId: id, targetName: email });
    const mail = { kind: "accountDeleted", to: email, username, purgeAt: null };
    expect(app.services.mailer.mails).toContainEqual(mail);
    expect(await catchReason(createAccount(app, { email, username }))).toBeNull();
  });

  it("comes before that of its workspaces from the trash", async ({ app, isLive, restores }) => {
    const person = await createAccount(app);
    const own = await person.client.workspace.create({ name: "Mine" });
    await deletes(person);
    const { clock } = app.services;
    const later = { now: () => new Date(clock.now().getTime() + 60 * dayMs) };
    await sweepWorkspaces({ ...app.services, clock: later });
    expect(await isLive(own.id)).toBe(false);
    await restores(person.user.id);
    expect(await isLive(own.id)).toBe(true);
  });
});
