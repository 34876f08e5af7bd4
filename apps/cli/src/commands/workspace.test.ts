import { expect } from "vitest";

import { test } from "../../test/test.ts";
import { admit, createUser, register } from "../../test/user.ts";

test("a workspace gets another name and description, and requires a second factor of its members", async ({
  served,
  machine,
  client,
}) => {
  const { id } = await machine.json<{ id: string }>(["workspace", "create", "Notes"]);
  const update = (...options: string[]) => machine.run(["workspace", "update", "Notes", ...options]);
  expect(await update()).toMatchObject({ code: 2, stderr: expect.stringContaining("Pass --name") });
  expect(await update("--second-factor", "yes")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("required or optional"),
  });
  const refused = await update("--second-factor", "required");
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("/second-factor") });

  const { sql } = served.database.database;
  const { id: userId } = await client.auth.me.query();
  await sql`insert into second_factors (user_id, secret, last_used_step) values (${userId}, '', 0)`;
  expect((await update("--second-factor", "required", "--description", "Ours")).code).toBe(0);
  const read = () => client.workspace.get.query({ id });
  expect(await read()).toMatchObject({ secondFactorRequired: true, description: "Ours" });
  expect((await update("--second-factor", "optional", "--name", "Team notes")).code).toBe(0);
  expect(await read()).toMatchObject({ secondFactorRequired: false, name: "Team notes" });
});

test("a member without the second factor that a workspace requires leaves it", async ({
  served,
  machine,
  client,
}) => {
  await using owner = await createUser(served.url);
  const { id } = await owner.client.workspace.create.mutate({ name: "Vault" });
  await admit(owner.client, id, client, "viewer");
  const { sql } = served.database.database;
  await sql`delete from second_factors`;
  await sql`update workspaces set second_factor_required = true where id = ${id}`;

  expect(await machine.run(["list", "--workspace", "Vault"])).toMatchObject({ code: 1 });
  const left = await machine.run(["workspace", "leave", "Vault"]);
  expect({ ...left, stdout: left.stdout.toString() }).toMatchObject({
    code: 0,
    stdout: "You left Vault.\n",
    stderr: "",
  });
  expect(await machine.run(["workspace", "leave", "Vault"])).toMatchObject({ code: 1 });
});

test("someone who isn't signed in is told to sign in first, and then to choose a workspace", async ({
  newMachine,
}) => {
  const list = () => newMachine.run(["list"]);
  expect((await list()).stderr).toContain("Sign in with: mdreader login");
  await register(newMachine);
  const signedIn = await list();
  expect(signedIn.code).toBe(2);
  expect(signedIn.stderr).toContain("mdreader use NAME");
});
