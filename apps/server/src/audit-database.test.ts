import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";

import { sweepAuditEntries } from "@mdreader/api";
import { auditEntries, connect } from "@mdreader/db";
import { createEmptyDatabase, withAdminConnection } from "@mdreader/db/testing";
import { expect, test as base } from "vitest";

import { register } from "../test/calls.ts";
import { serve, type ServeOptions } from "../test/serve.ts";

const password = randomBytes(12).toString("hex");
/** PostgreSQL's code. The messages differ between its versions. */
const insufficientPrivilege = "42501";

/** Reads the SQL of the documentation, for a database and two roles of other names. */
async function readDocumentedSql(database: string, role: string): Promise<string> {
  const text = await readFile(new URL("../../../docs/operations.md", import.meta.url), "utf8");
  const [, sql] = /```sql\n(create role mdreader_audit.*?)```/s.exec(text) ?? [];
  if (sql === undefined) throw new Error("the documentation has no SQL for a second role");
  return sql
    .replaceAll("database mdreader", `database "${database}"`)
    .replaceAll(/\bmdreader(?=_audit\b|\b)/g, role)
    .replace("a long password", password);
}

/** A database whose role has created all tables, which a server used until it was stopped. */
const test = base
  // Vitest requires the pattern, even without fixtures in it.
  // oxlint-disable-next-line no-empty-pattern
  .extend("roles", { scope: "file" }, async ({}, { onCleanup }) => {
    const empty = await createEmptyDatabase();
    const name = new URL(empty.url).pathname.slice(1);
    const app = `app_${randomBytes(6).toString("hex")}`;
    const audit = `${app}_audit`;
    await withAdminConnection(empty.url, async (sql) => {
      await sql.unsafe(
        `create role ${app} login password '${password}'; alter database "${name}" owner to ${app}`,
      );
    });
    onCleanup(async () => {
      await withAdminConnection(empty.url, async (sql) => {
        for (const role of [app, audit]) {
          const [exists] = await sql`select from pg_roles where rolname = ${role}`;
          if (exists !== undefined) await sql.unsafe(`drop owned by ${role} cascade; drop role ${role}`);
        }
      });
      await empty[Symbol.asyncDispose]();
    });
    const toUrl = (role: string) => {
      const url = new URL(empty.url);
      url.username = role;
      url.password = password;
      return url.href;
    };
    return { name, app, audit, adminUrl: empty.url, appUrl: toUrl(app), auditUrl: toUrl(audit) };
  })
  .extend("separated", { scope: "file" }, async ({ roles }) => {
    const { name, app, adminUrl, appUrl } = roles;
    await using first = await serve({ env: { DATABASE_URL: appUrl } });
    await register(first);
    const sql = await readDocumentedSql(name, app);
    await withAdminConnection(adminUrl, async (admin) => {
      await admin.unsafe(sql);
    });
    return roles;
  })
  .extend(
    "startServer",
    ({ separated: { appUrl, auditUrl } }) =>
      (env: ServeOptions["env"] = {}) =>
        serve({ env: { DATABASE_URL: appUrl, AUDIT_DATABASE_URL: auditUrl, ...env } }),
  );

test("the server's role adds entries, but can't change or remove any, or let itself do so", async ({
  separated,
  startServer,
}) => {
  await using served = await startServer();
  expect(served.log).not.toContain("append-only");
  const { email } = await register(served);
  await using closing = new AsyncDisposableStack();
  const { sql, db, close } = connect(separated.appUrl, { poolSize: 1 });
  closing.defer(close);
  const before = await db.select().from(auditEntries);
  expect(before.map(({ targetName }) => targetName)).toEqual(expect.arrayContaining([email]));
  const { app, audit } = separated;
  for (const statement of [
    "update audit_entries set actor_name = 'nobody'",
    "update audit_entries set ip_address = null",
    "delete from audit_entries",
    "truncate audit_entries",
    "drop table audit_entries",
    "alter table audit_entries rename to others",
    `alter table audit_entries owner to ${app}`,
    `set role ${audit}`,
    `grant ${audit} to ${app}`,
    "create trigger t before insert on audit_entries for each row execute function suppress_redundant_updates_trigger()",
    "create rule r as on insert to audit_entries do instead nothing",
    "drop schema public cascade",
  ]) {
    await expect(sql.unsafe(statement), statement).rejects.toMatchObject({ code: insufficientPrivilege });
  }
  // PostgreSQL warns, and grants nothing.
  await sql.unsafe(`grant all on audit_entries to ${app}`).catch(() => null);
  await expect(sql`delete from audit_entries`).rejects.toThrow("permission denied");
  expect(await db.select().from(auditEntries)).toEqual(before);
});

test("the retention is applied with the second role", async ({ startServer }) => {
  await using served = await startServer();
  await register(served);
  const { services } = served.server;
  const { db } = services.database;
  const count = await db.$count(auditEntries);
  expect(count).toBeGreaterThan(0);
  const inDays = (days: number) => ({ now: () => new Date(Date.now() + days * 86_400_000) });
  expect(await sweepAuditEntries({ ...services, clock: inDays(100) })).toBe(0);
  const rows = await db.select({ ipAddress: auditEntries.ipAddress }).from(auditEntries);
  expect(rows.filter(({ ipAddress }) => ipAddress !== null)).toEqual([]);
  expect(await sweepAuditEntries({ ...services, clock: inDays(400) })).toBe(count);
  expect(await db.$count(auditEntries)).toBe(0);
});

test("the start says which privileges the server's role still has", async ({ separated, startServer }) => {
  const { app, adminUrl } = separated;
  const asAdmin = (statement: string) =>
    withAdminConnection(adminUrl, async (sql) => {
      await sql.unsafe(statement);
    });
  await asAdmin(`grant delete, update (ip_address) on audit_entries to ${app}`);
  {
    await using served = await startServer();
    expect(served.log).toContain("the audit log isn't append-only");
    expect(served.log).toContain(JSON.stringify(["UPDATE", "DELETE"]).slice(1, -1));
  }
  await asAdmin(`revoke delete, update (ip_address) on audit_entries from ${app}`);
  await using served = await startServer();
  expect(served.log).not.toContain("append-only");
});

test("a second role that can't apply the retention, or leads elsewhere, is an error", async ({
  separated: { appUrl },
  startServer,
}) => {
  await expect(startServer({ AUDIT_DATABASE_URL: appUrl })).rejects.toThrow(
    "must own the table audit_entries",
  );
  await using empty = await createEmptyDatabase();
  await expect(startServer({ AUDIT_DATABASE_URL: empty.url })).rejects.toThrow("AUDIT_DATABASE_URL");
  const nowhere = "postgres://nobody:secret@127.0.0.1:1/none";
  const failed = await startServer({ AUDIT_DATABASE_URL: nowhere }).then(() => "", String);
  expect(failed).toContain("AUDIT_DATABASE_URL can't be used");
  expect(failed).not.toContain("secret");
});

test("without the second role, the start says that entries can't be removed", async ({
  separated: { appUrl },
}) => {
  await using served = await serve({ env: { DATABASE_URL: appUrl } });
  expect(served.log).toContain("AUDIT_DATABASE_URL isn't set");
});
