import { expect } from "vitest";

import { test } from "../../test/test.ts";
import { createUser } from "../../test/user.ts";

test("a superuser lists and suspends users, changes settings and exports the audit log", async ({
  machine,
  served,
  user,
}) => {
  expect((await machine.run(["admin", "users"])).stderr).toContain("Only administrators");
  await served.database.database.sql`update users set is_superuser = true where email = ${user.email}`;

  await using ben = await createUser(served.url);
  const { email } = ben;
  const { id: benId } = await ben.client.auth.me.query();
  const listed = await machine.json<{ id: string }[]>(["admin", "users", "--search", email]);
  expect(listed.map(({ id }) => id)).toEqual([benId]);

  expect(await machine.text(["admin", "suspend", email])).toBe(`${email} is suspended.\n`);
  await expect(ben.client.auth.me.query()).rejects.toThrow();
  expect((await machine.run(["admin", "suspend", "nobody@example.test"])).code).toBe(1);

  expect(await machine.run(["admin", "delete-user", email])).toMatchObject({ code: 0 });
  expect(await machine.text(["admin", "users", "--status", "deleted"])).toContain(email);
  expect(await machine.text(["admin", "restore-user", email])).toBe(`${email} is restored.\n`);
  await machine.run(["admin", "delete-user", email]);
  expect(await machine.run(["admin", "purge-user", email])).toMatchObject({ code: 2 });
  expect(await machine.text(["admin", "purge-user", email, "--yes"])).toBe(
    `${email} was permanently deleted.\n`,
  );

  const settings = await machine.json(["admin", "settings", "registration=closed", "workspaceQuotaMb=100"]);
  expect(settings).toMatchObject({ registration: "closed", workspaceQuotaMb: 100 });
  expect((await machine.run(["admin", "settings", "registration=maybe"])).stderr).toContain("registration");

  expect(await machine.json(["admin", "system"])).toMatchObject({ database: { isHealthy: true } });
  expect(await machine.text(["admin", "system"])).toContain("migrations");
  expect(await machine.text(["admin", "test-mail"])).toContain("The email was stored");

  const log = (await machine.text(["admin", "audit"])).trim().split("\n");
  const actions = log.map((line) => (JSON.parse(line) as { action: string }).action); // our own log
  expect(actions).toEqual(
    expect.arrayContaining(["account.registered", "account.suspended", "settings.updated"]),
  );
});
