import { afterAll, beforeAll, expect, test } from "vitest";

import { addPasskey, createPlainClient, register as registerAccount } from "../../../server/test/calls.ts";
import { serve, type Served } from "../../../server/test/serve.ts";
import { createMachine, type Machine, password } from "../../test/command-line.ts";

let served: Served;
let machine: Machine;
beforeAll(async () => {
  served = await serve();
  machine = await createMachine(served.url, { separate: false });
});
afterAll(async () => {
  await machine[Symbol.asyncDispose]();
  await served[Symbol.asyncDispose]();
});

test("a person who signs in with a passkey in the browser lists and removes it", async () => {
  const person = await registerAccount(served);
  const { authenticator, recoveryCode } = await addPasskey(served, person.api, "Laptop");
  const anyone = createPlainClient(served);
  const { options } = await anyone.auth.passkey.startLogin.mutate();
  const passkey = authenticator.get(options);
  const { accessToken } = await anyone.auth.passkey.login.mutate({ passkey });

  await using login = machine.start(["login", "--json"]);
  await expect.poll(() => login.errors()).toContain("code");
  const [, userCode = ""] = /enter the code (\S+)\.$/m.exec(login.errors()) ?? [];
  await createPlainClient(served, accessToken).auth.device.approve.mutate({ userCode });
  await expect.poll(() => login.hasEnded(), { timeout: 30_000 }).toBe(true);

  expect(await machine.json(["passkey", "list"])).toMatchObject([{ name: "Laptop" }]);
  expect((await machine.run(["passkey", "remove", "Phone"])).stderr).toContain("There is no passkey “Phone”");
  const remove = ["passkey", "remove", "Laptop", "--password-stdin"];
  const refused = await machine.run(remove, { stdin: password });
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("recovery code") });
  const removed = await machine.run([...remove, "--code", recoveryCode], { stdin: password });
  expect(removed).toMatchObject({ code: 0, stderr: "" });
  expect((await machine.run(["passkey", "list"])).stdout.toString()).toBe("No passkeys.\n");
});
