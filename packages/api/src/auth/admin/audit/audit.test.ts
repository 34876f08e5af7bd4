import { auditEntries, instanceSettings } from "@mdreader/db";
import { eq } from "drizzle-orm";
import { expect } from "vitest";
import { z } from "zod";

import { insertUser } from "../../../testing/factories.ts";
import { catchReason, createAccount, type TestApp, validPassword } from "../../../testing/index.ts";
import { test as base } from "../../../testing/test.ts";
import { sweepAuditEntries } from "../../sweep.ts";

const it = base.extend("root", ({ app }) => insertUser(app, { isSuperuser: true }));

/** The actions in the log about a target, oldest first. */
async function readActions(app: TestApp, targetId: string) {
  const entries = await app.services.database.db
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.targetId, targetId))
    .orderBy(auditEntries.id);
  return entries.map(({ action }) => action);
}

it("records a person's sign-ins and failures, with their network", async ({ app, root }) => {
  const { user } = await createAccount(app);
  const { email, id } = user;
  const from = app.as({ kind: "none" }, { ipAddress: "198.51.100.7" }).auth;
  await catchReason(from.login({ email, password: "a wrong password" }));
  const { refreshToken } = await from.login({ email, password: validPassword });
  await from.logout({ refreshToken: refreshToken ?? "" });
  expect(await readActions(app, id)).toEqual([
    "account.registered",
    "account.signInFailed",
    "account.signedIn",
    "account.signedOut",
  ]);
  const { items } = await root.client.auth.admin.audit.list({ targetId: id });
  expect(items[2]).toMatchObject({
    action: "account.signInFailed",
    actorId: null,
    targetName: email,
    ipAddress: "198.51.100.7",
  });
  expect(items[1]).toMatchObject({ action: "account.signedIn", actorName: user.username });
});

it("records an attempt on an unknown address, and answers as for a known one", async ({ app, root }) => {
  const reason = await catchReason(app.as().auth.login({ email: "ghost@example.test", password: "x" }));
  expect(reason).toBe("BAD_CREDENTIALS");
  const { items } = await root.client.auth.admin.audit.list({ action: "account.signInFailed" });
  expect(items[0]).toMatchObject({ targetId: null, targetName: "ghost@example.test" });
});

it("records changes of members, roles, invitations and keys", async ({
  app,
  owner,
  viewer,
  workspaceId,
  root,
}) => {
  const { workspace, auth } = owner.client;
  await workspace.member.updateRole({ workspaceId, userId: viewer.id, role: "editor" });
  await workspace.member.remove({ workspaceId, userId: viewer.id });
  const invitation = await workspace.invitation.create({ workspaceId, role: "viewer" });
  await workspace.invitation.revoke({ workspaceId, id: invitation.id });
  const key = await auth.apiKey.create({ name: "backup", scopes: ["read"] });
  await auth.apiKey.revoke({ id: key.id });
  expect(await readActions(app, viewer.id)).toEqual(["member.roleChanged", "member.removed"]);
  expect(await readActions(app, invitation.id)).toEqual(["invitation.created", "invitation.revoked"]);
  expect(await readActions(app, key.id)).toEqual(["apiKey.created", "apiKey.revoked"]);
  const { items } = await root.client.auth.admin.audit.list({ workspaceId, action: "member.roleChanged" });
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ actorId: owner.id, targetName: viewer.username, ipAddress: "192.0.2.1" });
});

it("contains nothing about a change that was rolled back", async ({ app, owner, workspaceId }) => {
  const { workspace } = owner.client;
  expect(await catchReason(workspace.member.remove({ workspaceId, userId: owner.id }))).toBe("LAST_OWNER");
  expect(await readActions(app, owner.id)).toEqual([]);
});

it("keeps its entries when the user and the workspace are deleted", async ({ app, root }) => {
  const { user, client } = await createAccount(app);
  const { id: workspaceId } = await client.workspace.create({ name: "Notes" });
  await client.auth.deleteAccount({ password: validPassword });
  const { items } = await root.client.auth.admin.audit.list({ actorId: user.id });
  expect(items.map(({ action, actorName }) => [action, actorName])).toEqual([
    ["account.deleted", user.username],
    ["workspace.created", user.username],
    ["account.registered", user.username],
  ]);
  expect(items[1]?.workspaceId).toBe(workspaceId);
});

it("is listed in pages, and exported as JSON lines with the same entries in reverse", async ({
  app,
  root,
}) => {
  const { user } = await createAccount(app);
  const filter = { targetId: user.id };
  for (let n = 0; n < 4; n += 1) {
    await catchReason(app.as().auth.login({ email: user.email, password: "wrong" }));
  }
  const { audit } = root.client.auth.admin;
  const listed: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof audit.list>> = await audit.list({ ...filter, limit: 2, cursor });
    listed.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(listed).toHaveLength(5);
  expect(listed).toEqual(listed.toSorted().toReversed());

  const exported: string[] = [];
  do {
    const part: Awaited<ReturnType<typeof audit.export>> = await audit.export({
      ...filter,
      limit: 2,
      cursor,
    });
    expect(part.lines.endsWith("\n")).toBe(true);
    for (const line of part.lines.trimEnd().split("\n")) {
      exported.push(z.object({ id: z.string() }).parse(JSON.parse(line)).id);
    }
    cursor = part.nextCursor;
  } while (cursor !== null);
  expect(exported).toEqual(listed.toReversed());
  expect((await audit.list({ action: "audit.exported", actorId: root.id })).items).toHaveLength(1);
});

it("loses network addresses, and later entries, after their retention only", async ({ app, root }) => {
  const { db } = app.services.database;
  await root.client.auth.admin.settings.update({ auditRetentionDays: 60, addressRetentionDays: 30 });
  const { user } = await createAccount(app);
  const read = async () => {
    const [entry] = await db.select().from(auditEntries).where(eq(auditEntries.targetId, user.id));
    return entry;
  };
  app.services.clock.advance(29 * 86_400);
  expect(await sweepAuditEntries(app.services)).toBe(0);
  expect((await read())?.ipAddress).toBe("192.0.2.1");
  app.services.clock.advance(2 * 86_400);
  expect(await sweepAuditEntries(app.services)).toBe(0);
  expect(await read()).toMatchObject({ action: "account.registered", ipAddress: null });
  app.services.clock.advance(30 * 86_400);
  expect(await sweepAuditEntries(app.services)).toBeGreaterThan(0);
  expect(await read()).toBeUndefined();
  await db.delete(instanceSettings);
});
