import { createId, users, workspaceInvitations } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";
import { describe, expect } from "vitest";

import {
  catchReason,
  createClientWithToken,
  createTeam,
  insertUser,
  insertWorkspace,
  type TestActor,
  type TestApp,
} from "../../testing/index.ts";
import { test as it } from "../../testing/test.ts";

const emailOf = async ({ client }: TestActor) => (await client.auth.me()).email;

/** The addresses of the workspace's pending invitations. */
async function listInvited({ client }: TestActor, workspaceId: string) {
  const { items } = await client.workspace.invitation.list({ workspaceId });
  return items.map(({ email }) => email);
}

const countMembers = async ({ client }: TestActor, workspaceId: string) =>
  (await client.workspace.member.list({ workspaceId })).items.length;

/** Creates a team, and a person with a verified address who shares another workspace with its admin. */
async function createColleague(app: TestApp) {
  const team = await createTeam(app);
  const colleague = await insertUser(app);
  await app.services.database.db.update(users).set({ emailVerified: true }).where(eq(users.id, colleague.id));
  await insertWorkspace(app, { owner: team.admin, viewer: colleague });
  return { ...team, colleague, email: await emailOf(colleague) };
}

describe("adding a member", () => {
  it("gives a role at once to somebody who shares a workspace with the caller", async ({ app }) => {
    const { workspaceId, admin, colleague, email } = await createColleague(app);
    expect(await admin.client.workspace.member.add({ workspaceId, email, role: "editor" })).toEqual({
      ok: true,
    });
    expect(await colleague.client.workspace.get({ id: workspaceId })).toMatchObject({ role: "editor" });
    expect(await listInvited(admin, workspaceId)).toEqual([]);
    const { items } = await admin.client.workspace.activity({ workspaceId });
    expect(items[0]).toMatchObject({ kind: "member.joined", subjectId: colleague.id });
    const again = admin.client.workspace.member.add({ workspaceId, email, role: "viewer" });
    expect(await catchReason(again)).toBe("ALREADY_MEMBER");
  });

  it("looks the same for strangers with and without an account: both are sent an invitation", async ({
    app,
  }) => {
    const { workspaceId, admin, outsider } = await createTeam(app);
    const members = await countMembers(admin, workspaceId);
    const addresses = [await emailOf(outsider), `${createId()}@example.test`];
    for (const email of addresses) {
      const added = await admin.client.workspace.member.add({ workspaceId, email, role: "viewer" });
      expect(added).toEqual({ ok: true });
    }
    expect(new Set(await listInvited(admin, workspaceId))).toEqual(new Set(addresses));
    expect(await countMembers(admin, workspaceId)).toBe(members);
  });

  it("invites colleagues of the owner of a key that is limited to the workspace", async ({ app }) => {
    const { workspaceId, admin, email } = await createColleague(app);
    const key = { name: "key", scopes: ["manage" as const], workspaceId };
    const { secret } = await admin.client.auth.apiKey.create(key);
    const limited = await createClientWithToken(app, secret);
    await limited.workspace.member.add({ workspaceId, email, role: "viewer" });
    expect(await listInvited(admin, workspaceId)).toEqual([email]);
  });

  it("invites colleagues who haven't verified their address, because strangers may have registered it", async ({
    app,
  }) => {
    const { workspaceId, admin, colleague, email } = await createColleague(app);
    const { db } = app.services.database;
    await db.update(users).set({ emailVerified: false }).where(eq(users.id, colleague.id));
    await admin.client.workspace.member.add({ workspaceId, email, role: "viewer" });
    expect(await listInvited(admin, workspaceId)).toEqual([email]);
    expect(await catchReason(colleague.client.workspace.get({ id: workspaceId }))).toBe("NOT_FOUND");
  });

  it("invites colleagues whose account is suspended", async ({ app }) => {
    const { workspaceId, admin, colleague, email } = await createColleague(app);
    await app.services.database.db
      .update(users)
      .set({ deactivatedAt: sql`now()` })
      .where(eq(users.id, colleague.id));
    await admin.client.workspace.member.add({ workspaceId, email, role: "viewer" });
    expect(await listInvited(admin, workspaceId)).toEqual([email]);
  });

  it("makes nobody an owner, whether they would become a member at once or be invited", async ({ app }) => {
    const { workspaceId, owner, colleague, email } = await createColleague(app);
    await insertWorkspace(app, { owner, viewer: colleague });
    const members = await countMembers(owner, workspaceId);
    for (const address of [email, `${createId()}@example.test`]) {
      const added = owner.client.workspace.member.add({ workspaceId, email: address, role: "owner" });
      expect(await catchReason(added)).toBe("BAD_INPUT");
    }
    expect(await listInvited(owner, workspaceId)).toEqual([]);
    expect(await countMembers(owner, workspaceId)).toBe(members);
    await owner.client.workspace.member.add({ workspaceId, email, role: "admin" });
    expect(await colleague.client.workspace.get({ id: workspaceId })).toMatchObject({ role: "admin" });
  });

  it("is limited to the roles that the caller may give, and replaces an invitation", async ({ app }) => {
    const { workspaceId, owner, admin, email } = await createColleague(app);
    const add = (role: "admin" | "editor") => admin.client.workspace.member.add({ workspaceId, email, role });
    expect(await catchReason(add("admin"))).toBe("ROLE_TOO_LOW");
    await owner.client.workspace.invitation.create({ workspaceId, email, role: "viewer" });
    await add("editor");
    const pending = app.services.database.db
      .select({ revokedAt: workspaceInvitations.revokedAt })
      .from(workspaceInvitations)
      .where(eq(workspaceInvitations.workspaceId, workspaceId));
    expect((await pending).every(({ revokedAt }) => revokedAt !== null)).toBe(true);
  });
});
