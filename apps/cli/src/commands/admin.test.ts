import { createClient } from "@mdreader/client";
import { afterAll, beforeAll, expect, test } from "vitest";

import { serve, type Served } from "../../../server/test/serve.ts";
import { createMachine, type Machine, register } from "../../test/command-line.ts";

let served: Served;
let machine: Machine;
beforeAll(async () => {
  served = await serve();
  machine = await createMachine(served.url, { separate: false });
  await register(machine);
});
afterAll(async () => {
  await machine[Symbol.asyncDispose]();
  await served[Symbol.asyncDispose]();
});

test("a superuser lists and suspends users, changes settings and exports the audit log", async () => {
  expect((await machine.run(["admin", "users"])).stderr).toContain("Only administrators");
  const { user } = await machine.json<{ user: { id: string } }>(["whoami"]);
  await served.database.database.sql`update users set is_superuser = true where id = ${user.id}`;

  await using other = createClient({ url: served.url });
  const email = "ben@example.test";
  const { user: ben } = await other.auth.register.mutate({
    email,
    username: "ben",
    password: "a long password",
  });
  const listed = await machine.json<{ id: string }[]>(["admin", "users", "--search", email]);
  expect(listed.map(({ id }) => id)).toEqual([ben.id]);

  const suspended = await machine.run(["admin", "suspend", email]);
  expect(suspended).toMatchObject({ code: 0 });
  expect(suspended.stdout.toString()).toBe(`${email} is suspended.\n`);
  await expect(other.auth.me.query()).rejects.toThrow();
  expect((await machine.run(["admin", "suspend", "nobody@example.test"])).code).toBe(1);

  expect(await machine.run(["admin", "delete-user", email])).toMatchObject({ code: 0 });
  expect((await machine.run(["admin", "users", "--status", "deleted"])).stdout.toString()).toContain(email);
  const restored = await machine.run(["admin", "restore-user", email]);
  expect(restored.stdout.toString()).toBe(`${email} is restored.\n`);
  await machine.run(["admin", "delete-user", email]);
  expect(await machine.run(["admin", "purge-user", email])).toMatchObject({ code: 2 });
  const purged = await machine.run(["admin", "purge-user", email, "--yes"]);
  expect(purged.stdout.toString()).toBe(`${email} is deleted permanently.\n`);

  const settings = await machine.json(["admin", "settings", "registration=closed", "workspaceQuotaMb=100"]);
  expect(settings).toMatchObject({ registration: "closed", workspaceQuotaMb: 100 });
  expect((await machine.run(["admin", "settings", "registration=maybe"])).stderr).toContain("registration");

  expect(await machine.json(["admin", "system"])).toMatchObject({ database: { isHealthy: true } });
  expect((await machine.run(["admin", "system"])).stdout.toString()).toContain("migrations");
  expect((await machine.run(["admin", "test-mail"])).stdout.toString()).toContain("It was stored");

  const log = (await machine.run(["admin", "audit"])).stdout.toString().trim().split("\n");
  const actions = log.map((line) => (JSON.parse(line) as { action: string }).action); // our own log
  expect(actions).toEqual(
    expect.arrayContaining(["account.registered", "account.suspended", "settings.updated"]),
  );
});
