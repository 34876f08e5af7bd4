import { createClient } from "@mdreader/client";
import { afterAll, beforeAll, expect, test } from "vitest";

import { serve, type Served } from "../../../server/test/serve.ts";
import { createMachine, type Machine, password, register } from "../../test/command-line.ts";

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

/** Returns the token of the link that was stored for an address. */
async function findToken(address: string): Promise<string | null> {
  const response = await fetch(`${served.url}/dev/mails`, { headers: { accept: "application/json" } });
  const { items }: { items: { to: string; text: string }[] } = JSON.parse(await response.text());
  const mail = items.find(({ to, text }) => to === address && /\/(?:agree|prove)-email#/.test(text));
  return /#token=([\w-]+)/.exec(mail?.text ?? "")?.[1] ?? null;
}

test("a new address is requested, shown, and takes both links", async () => {
  const { email } = await register(machine);
  const next = `new-${email}`;
  expect((await machine.run(["email-change", "show"])).stdout.toString()).toBe("No change is pending.\n");
  const wrong = await machine.run(["email-change", "request", next, "--password-stdin"], { stdin: "wrong" });
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("password is incorrect") });
  const asked = await machine.run(["email-change", "request", next, "--password-stdin"], { stdin: password });
  expect(asked).toMatchObject({ code: 0, stderr: "" });
  expect((await machine.run(["email-change", "show"])).stdout.toString()).toContain(`New address: ${next}`);

  await using client = createClient({ url: served.url });
  for (const address of [email, next]) {
    await expect.poll(() => findToken(address)).not.toBeNull();
    await client.auth.emailChange.confirm.mutate({ token: (await findToken(address)) ?? "" });
  }
  expect(await machine.json(["whoami"])).toMatchObject({ user: { email: next, emailVerified: true } });
});

test("a change is canceled", async () => {
  const { email } = await register(machine);
  await machine.run(["email-change", "request", `new-${email}`, "--password-stdin"], { stdin: password });
  expect(await machine.json(["email-change", "cancel"])).toEqual({ ok: true });
  expect(await machine.json(["email-change", "show"])).toEqual({ pending: null });
  expect((await machine.run(["email-change", "cancel"])).code).toBe(1);
});
