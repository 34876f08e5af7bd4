import { expect } from "vitest";

import { addPasskey, createPlainClient, register as registerAccount } from "../../../server/test/calls.ts";
import { test } from "../../test/test.ts";
import { startLogin, password } from "../../test/user.ts";

test("a person who signs in with a passkey in the browser lists and removes it", async ({
  served,
  newMachine,
}) => {
  const person = await registerAccount(served);
  const { authenticator, recoveryCode } = await addPasskey(served, person.api, "Laptop");
  const anyone = createPlainClient(served);
  const { options } = await anyone.auth.passkey.startLogin.mutate();
  const passkey = authenticator.get(options);
  const { accessToken } = await anyone.auth.passkey.login.mutate({ passkey });

  await using login = await startLogin(newMachine, "--json");
  await createPlainClient(served, accessToken).auth.device.approve.mutate({ userCode: login.userCode });
  await login.ended();

  expect(await newMachine.json(["passkey", "list"])).toMatchObject([{ name: "Laptop" }]);
  expect((await newMachine.run(["passkey", "remove", "Phone"])).stderr).toContain(
    "There is no passkey “Phone”",
  );
  const remove = ["passkey", "remove", "Laptop", "--password-stdin"];
  const refused = await newMachine.run(remove, { stdin: password });
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("recovery code") });
  const removed = await newMachine.run([...remove, "--code", recoveryCode], { stdin: password });
  expect(removed).toMatchObject({ code: 0, stderr: "" });
  expect(await newMachine.text(["passkey", "list"])).toBe("No passkeys.\n");
});
