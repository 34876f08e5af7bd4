import { randomUUID } from "node:crypto";

import { workspaceMembers, workspaces } from "@mdreader/db";
import { decodeJwt } from "jose";
import { expect, onTestFinished } from "vitest";

import { createPlainClient, password, register } from "../../../../test/calls.ts";
import { createTestBrowser, signInAtProvider, startProvider } from "../../../../test/oidc.ts";
import { findFreePort } from "../../../../test/process.ts";
import { serve } from "../../../../test/serve.ts";
import { test as base } from "../../../../test/test.ts";

const [engineering, handbook] = [randomUUID(), randomUUID()];
const groupRoles = [
  { group: "staff", workspaceId: handbook, role: "viewer" },
  { group: "engineers", workspaceId: engineering, role: "editor" },
  { group: "leads", workspaceId: engineering, role: "admin" },
  { group: "staff", workspaceId: randomUUID(), role: "viewer" },
];

/** A server that gives the groups of a real provider roles in two workspaces. */
const test = base
  .extend("port", { scope: "file" }, () => findFreePort())
  .extend("provider", { scope: "file" }, async ({ port }, { onCleanup }) => {
    const provider = await startProvider(`http://127.0.0.1:${port}`, ["acme"]);
    onCleanup(() => provider[Symbol.asyncDispose]());
    return provider;
  })
  .extend("served", { scope: "file" }, async ({ port, provider }, { onCleanup }) => {
    const served = await serve({
      env: {
        APP_PORT: String(port),
        ...provider.env("acme"),
        OIDC_ACME_TRUST_EMAIL: "true",
        OIDC_ACME_GROUP_ROLES: JSON.stringify(groupRoles),
      },
    });
    onCleanup(() => served[Symbol.asyncDispose]());
    return served;
  })
  .extend("boss", { scope: "file" }, async ({ served }) => {
    const boss = await register(served);
    const { db } = served.database.database;
    for (const id of [engineering, handbook]) {
      await db.insert(workspaces).values({ id, name: "Mapped" });
      await db.insert(workspaceMembers).values({ workspaceId: id, userId: boss.user.id, role: "owner" });
    }
    return boss;
  })
  .extend("person", async ({ served, boss, provider }) => {
    const subject = randomUUID();
    const email = `${subject}@example.test`;
    const browser = createTestBrowser();
    const { sql } = served.database.database;
    const readIdentity = async () => {
      const [found] = await sql<{ id: string; userId: string; groups: string[] | null }[]>`
        select id, user_id as "userId", groups from auth_identities where subject = ${subject}`;
      if (found === undefined) throw new Error("the identity is missing");
      return found;
    };
    return {
      boss,
      readIdentity,
      /** Signs in with these groups. @returns The person's client. */
      async signIn(groups: unknown) {
        provider.people.set(subject, {
          email,
          email_verified: true,
          ...(groups !== undefined && { groups }),
        });
        const page = await signInAtProvider(browser, `${served.url}/auth/oidc/acme/start`, subject);
        expect(page.searchParams.get("signedIn")).toBe("true");
        const response = await browser.request(`${served.url}/trpc/auth.refresh`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: "{}",
        });
        const answer = (await response.json()) as { result: { data: { accessToken: string } } }; // by the contract
        return createPlainClient(served, answer.result.data.accessToken);
      },
      async readRoles() {
        const { userId } = await readIdentity();
        const rows = await sql<{ id: string; role: string }[]>`
          select workspace_id as id, role from workspace_members where user_id = ${userId}`;
        const findRole = (workspaceId: string) => rows.find(({ id }) => id === workspaceId)?.role ?? null;
        return { engineering: findRole(engineering), handbook: findRole(handbook) };
      },
      async readAudit() {
        const { userId } = await readIdentity();
        const rows = await sql<{ action: string; role: string }[]>`
          select action, coalesce(details ->> 'to', details ->> 'role') as role from audit_entries
          where target_id = ${userId} and workspace_id = ${engineering} order by id`;
        return rows.map(({ action, role }) => [action, role]);
      },
    };
  });

test("groups add, raise, lower and end memberships at each sign-in, which the audit log records", async ({
  person,
}) => {
  await person.signIn(["staff", "engineers", "unknown"]);
  expect(await person.readRoles()).toEqual({ engineering: "editor", handbook: "viewer" });
  expect((await person.readIdentity()).groups).toEqual(["engineers", "staff", "unknown"]);
  await person.signIn(["engineers", "leads", "staff"]);
  expect(await person.readRoles()).toEqual({ engineering: "admin", handbook: "viewer" });
  await person.signIn(["engineers"]);
  expect(await person.readRoles()).toEqual({ engineering: "editor", handbook: null });
  const api = await person.signIn([]);
  expect(await person.readRoles()).toEqual({ engineering: null, handbook: null });
  expect(await readReasonOf(api.workspace.get.query({ id: engineering }))).toBe("NOT_FOUND");
  expect(await person.readAudit()).toEqual([
    ["member.joined", "editor"],
    ["member.roleChanged", "admin"],
    ["member.roleChanged", "editor"],
    ["member.removed", "editor"],
  ]);
});

test("memberships that people granted or changed stay as they are", async ({ person }) => {
  await person.signIn(["staff", "engineers"]);
  const { userId } = await person.readIdentity();
  const { member } = person.boss.api.workspace;
  await member.updateRole.mutate({ workspaceId: engineering, userId, role: "commenter" });
  await person.signIn(["leads"]);
  expect(await person.readRoles()).toEqual({ engineering: "commenter", handbook: null });
  await member.remove.mutate({ workspaceId: engineering, userId });
  await person.signIn(["engineers"]);
  expect(await person.readRoles()).toEqual({ engineering: "editor", handbook: null });
});

test("a claim that is missing, or has another form, names no groups, and one group may be text", async ({
  person,
}) => {
  for (const claim of [undefined, null, 7, { staff: true }, [["staff"], { name: "staff" }, 3, ""]]) {
    await person.signIn("staff");
    expect((await person.readRoles()).handbook).toBe("viewer");
    await person.signIn(claim);
    expect((await person.readIdentity()).groups).toEqual([]);
    expect((await person.readRoles()).handbook).toBeNull();
  }
});

test("more groups than are stored don't stop a sign-in", async ({ person }) => {
  await person.signIn([...Array.from({ length: 1500 }, (_, n) => `group ${n}`), "x".repeat(300)]);
  expect((await person.readIdentity()).groups).toHaveLength(1000);
});

test("an address and its verification come from one source, wherever the groups come from", async ({
  person,
  provider,
}) => {
  const claimed = { email: `${randomUUID()}@example.test`, email_verified: false };
  provider.tamper = async (response) => ({
    ...response,
    id_token: await provider.sign({ ...decodeJwt(String(response["id_token"])), ...claimed }),
  });
  onTestFinished(() => {
    provider.tamper = null;
  });
  const api = await person.signIn(["staff"]);
  expect(await api.auth.me.query()).toMatchObject({ email: claimed.email, emailVerified: false });
  expect((await person.readRoles()).handbook).toBe("viewer");
});

test("memberships end when their identity is unlinked", async ({ person }) => {
  const api = await person.signIn(["engineers"]);
  const { id } = await person.readIdentity();
  await api.auth.changePassword.mutate({ newPassword: password });
  await api.auth.identity.unlink.mutate({ id });
  expect((await api.workspace.list.query({})).items).toEqual([]);
  expect(await readReasonOf(api.workspace.get.query({ id: engineering }))).toBe("NOT_FOUND");
});

const readReasonOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: { data?: { reason?: string } }) => error.data?.reason ?? null,
  );
