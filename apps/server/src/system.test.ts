import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

import { expect } from "vitest";

import { catchFailure, createPlainClient, password, register, type Registered } from "../test/calls.ts";
import { serve, type Served } from "../test/serve.ts";
import { test as base } from "../test/test.ts";

/** Registers a superuser. */
async function registerSuperuser(served: Served): Promise<Registered> {
  const registered = await register(served);
  await served.database.database.sql`update users set is_superuser = true where id = ${registered.user.id}`;
  return registered;
}

const test = base.extend("root", { scope: "file" }, ({ served }) => registerSuperuser(served));

test("the state has versions, migrations, dependencies and queues", async ({ served, root }) => {
  const state = await root.api.auth.admin.system.get.query();
  expect(state).toMatchObject({
    server: { version: expect.stringMatching(/^\d+\.\d+/), nodeVersion: process.versions.node },
    database: { isHealthy: true, version: expect.stringMatching(/^\d+/), migrations: { pending: 0 } },
    redis: null,
    storage: { isHealthy: true, kind: "local" },
    mail: { isConfigured: false },
  });
  expect(state.database.sizeBytes).toBeGreaterThan(1_000_000);
  expect(state.database.migrations.applied).toBeGreaterThan(1);
  expect(state.storage.freeBytes).toBeGreaterThan(0);
  expect(state.queues.map(({ name }) => name)).toEqual(["mail", "maintenance", "sweep"]);
  expect((await fetch(`${served.url}/api/v1/auth/admin/system`)).status).toBe(401);
});

test("people who are not superusers see none of it", async ({ served }) => {
  const { api } = await register(served);
  const { get, listFailedJobs, listStoredMails, openStoredMail, retryJob, sendTestMail } =
    api.auth.admin.system;
  const failures = await Promise.all(
    [
      get.query(),
      listFailedJobs.query(),
      listStoredMails.query(),
      openStoredMail.mutate({ id: "mail" }),
      retryJob.mutate({ id: crypto.randomUUID() }),
      sendTestMail.mutate(),
    ].map((call) => catchFailure(call)),
  );
  expect(new Set(failures.map((failure) => failure?.reason))).toEqual(new Set(["SUPERUSER_REQUIRED"]));
});

test("a failed job is listed without its data, and runs again when it is retried", async ({
  served,
  root,
}) => {
  const { sql } = served.database.database;
  await sql`delete from pgboss.job where state = 'failed'`;
  const insert = async (output: object, secondsAgo: number) => {
    const [row] = await sql<{ id: string }[]>`
      insert into pgboss.job (name, data, state, output, retry_count, completed_on)
      values ('sweep', '{"secret": "private"}', 'failed', ${JSON.stringify(output)}::jsonb, 3,
        now() - make_interval(secs => ${secondsAgo})) returning id`;
    return row?.id ?? "";
  };
  const ids = [
    await insert({ name: "Error", message: "private" }, 3),
    await insert({ name: "Error", code: "ECONNREFUSED", message: "private" }, 2),
    await insert({ value: "private" }, 1),
  ];
  const { system, audit } = root.api.auth.admin;
  const first = await system.listFailedJobs.query({ limit: 2 });
  const second = await system.listFailedJobs.query({ limit: 2, cursor: first.nextCursor });
  const listed = [...first.items, ...second.items];
  expect(listed.map(({ id }) => id)).toEqual(ids.toReversed());
  expect(listed.map(({ error }) => error)).toEqual(["Error", "ECONNREFUSED", "Error"]);
  expect(listed[0]).toMatchObject({ queue: "sweep", attempts: 4 });
  expect(second.nextCursor).toBeNull();
  expect(JSON.stringify(listed)).not.toContain("private");

  const [id = ""] = ids;
  await system.retryJob.mutate({ id });
  const [{ state } = { state: "" }] = await sql<{ state: string }[]>`
    select state::text from pgboss.job where id = ${id}::uuid`;
  expect(state).not.toBe("failed");
  expect(await catchFailure(system.retryJob.mutate({ id }))).toMatchObject({ reason: "NOT_FOUND" });
  const { items } = await audit.list.query({ action: "job.retried", targetId: id });
  expect(items).toMatchObject([{ actorId: root.user.id, targetId: id, targetName: "sweep" }]);
});

test("a job whose retry can't be recorded stays failed", async ({ served, root }) => {
  const { sql } = served.database.database;
  const [{ id } = { id: "" }] = await sql<{ id: string }[]>`
    insert into pgboss.job (name, data, state, completed_on) values ('sweep', '{}', 'failed', now()) returning id`;
  await sql`alter table audit_entries add constraint refused check (action <> 'job.retried') not valid`;
  const failure = await catchFailure(root.api.auth.admin.system.retryJob.mutate({ id }));
  await sql`alter table audit_entries drop constraint refused`;
  expect(failure).toMatchObject({ reason: "INTERNAL" });
  const [job] = await sql`select state::text from pgboss.job where id = ${id}::uuid`;
  expect(job).toEqual({ state: "failed" });
});

test("an email without a mail server is listed without its link, and opening the link is recorded", async ({
  served,
  root,
}) => {
  const { email } = await register(served);
  await createPlainClient(served).auth.requestPasswordReset.mutate({ email });
  const { system, audit } = root.api.auth.admin;
  const find = async () => {
    const { items } = await system.listStoredMails.query({ limit: 100 });
    return items.find(({ to, kind }) => to === email && kind === "resetPassword");
  };
  await expect.poll(find, { timeout: 20_000 }).toMatchObject({ hasLink: true });
  const mail = await find();
  expect(JSON.stringify(mail)).not.toContain("token");
  const listOpened = async () => {
    const { items } = await audit.list.query({ action: "mail.opened" });
    return items.filter(({ targetName }) => targetName === email);
  };
  expect(await listOpened()).toEqual([]);

  const id = mail?.id ?? "";
  for (const confirmation of [{}, { password: "not this one" }])
    expect(await catchFailure(system.openStoredMail.mutate({ id, ...confirmation }))).toMatchObject({
      reason: "PASSWORD_WRONG",
    });
  expect(await listOpened()).toEqual([]);
  const opened = await system.openStoredMail.mutate({ id, password });
  expect(opened).toMatchObject({ to: email, kind: "resetPassword" });
  expect(opened.url).toMatch(/\/reset-password#token=/);
  expect(await listOpened()).toMatchObject([{ actorId: root.user.id, details: { kind: "resetPassword" } }]);
  expect(served.log).not.toContain(opened.url);
});

test("stored emails are listed in pages, newest first", async ({ served, root }) => {
  await register(served);
  const { listStoredMails } = root.api.auth.admin.system;
  await expect
    .poll(async () => (await listStoredMails.query()).items.length, { timeout: 20_000 })
    .toBeGreaterThanOrEqual(2);
  const { items } = await listStoredMails.query();
  const first = await listStoredMails.query({ limit: 1 });
  const second = await listStoredMails.query({ limit: 1, cursor: first.nextCursor });
  expect([...first.items, ...second.items]).toEqual(items.slice(0, 2));
  expect(items.map(({ at }) => at)).toEqual(
    items
      .map(({ at }) => at)
      .toSorted()
      .toReversed(),
  );
});

test.for(["../jwt-secret", "mail/../../jwt-secret", "%2e%2e", "unknown"])(
  "an ID that names no stored email opens nothing: %s",
  async (id, { root }) => {
    const failure = await catchFailure(root.api.auth.admin.system.openStoredMail.mutate({ id, password }));
    expect(["NOT_FOUND", "BAD_INPUT"]).toContain(failure?.reason);
  },
);

test("a test email goes to the caller's own address, and is stored without a mail server", async ({
  root,
}) => {
  const { system } = root.api.auth.admin;
  expect(await system.sendTestMail.mutate()).toEqual({ outcome: "stored", error: null });
  const { items } = await system.listStoredMails.query();
  expect(items[0]).toMatchObject({ to: root.email, kind: "test", hasLink: false });
  const failure = await catchFailure(system.openStoredMail.mutate({ id: items[0]?.id ?? "", password }));
  expect(failure).toMatchObject({ reason: "NOT_FOUND" });
});

test.for([
  ["accepts it", "250 ok", { outcome: "sent", error: null }],
  ["rejects it", "550 <private@example.test> unknown", { outcome: "failed", error: "550" }],
] as const)("a test email tells whether the mail server %s", async ([, answer, expected]) => {
  const smtp = createServer((socket) => respond(socket, answer));
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  const { port } = smtp.address() as AddressInfo; // listens on a port
  await using served = await serve({ env: { SMTP_URL: `smtp://127.0.0.1:${port}` } });
  const { api } = await registerSuperuser(served);
  expect(await api.auth.admin.system.sendTestMail.mutate()).toEqual(expected);
  smtp.close();
});

test("a mail server that can't be reached is named by the code of the failure", async () => {
  await using served = await serve({ env: { SMTP_URL: "smtp://127.0.0.1:9" } });
  const { api } = await registerSuperuser(served);
  expect(await api.auth.admin.system.get.query()).toMatchObject({ mail: { isConfigured: true } });
  expect(await api.auth.admin.system.sendTestMail.mutate()).toMatchObject({ outcome: "failed" });
});

/** Speaks SMTP, and answers each recipient with a line. */
function respond(socket: Socket, answer: string): void {
  let isData = false;
  socket.on("error", () => {}).write("220 test\r\n");
  socket.setEncoding("utf8").on("data", (text: string) => {
    for (const line of text.split("\r\n").slice(0, -1)) {
      if (isData && line !== ".") continue;
      if (line === "DATA") isData = true;
      else if (line === ".") isData = false;
      const said = line.startsWith("RCPT") ? answer : line === "DATA" ? "354 go on" : "250 ok";
      socket.write(`${said}\r\n`);
    }
  });
}
