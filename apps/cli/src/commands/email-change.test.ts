import { expect } from "vitest";

import { test as base } from "../../test/test.ts";
import { password, register } from "../../test/user.ts";

const test = base
  /** Returns the token of the link that was stored for an address. */
  .extend("findToken", ({ served }) => async (address: string) => {
    const response = await fetch(`${served.url}/dev/mails`, { headers: { accept: "application/json" } });
    const { items }: { items: { to: string; text: string }[] } = JSON.parse(await response.text());
    const mail = items.find(({ to, text }) => to === address && /\/(?:agree|prove)-email#/.test(text));
    return /#token=([\w-]+)/.exec(mail?.text ?? "")?.[1] ?? null;
  });

test("a new address is requested, shown, and takes both links", async ({ machine, findToken, client }) => {
  const { email } = await register(machine);
  const next = `new-${email}`;
  expect(await machine.text(["email-change", "show"])).toBe("No change is pending.\n");
  const wrong = await machine.run(["email-change", "request", next, "--password-stdin"], { stdin: "wrong" });
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("password is incorrect") });
  const asked = await machine.run(["email-change", "request", next, "--password-stdin"], { stdin: password });
  expect(asked).toMatchObject({ code: 0, stderr: "" });
  expect(await machine.text(["email-change", "show"])).toContain(`New address: ${next}`);

  for (const address of [email, next]) {
    await expect.poll(() => findToken(address)).not.toBeNull();
    await client.auth.emailChange.confirm.mutate({ token: (await findToken(address)) ?? "" });
  }
  expect(await machine.json(["whoami"])).toMatchObject({ user: { email: next, emailVerified: true } });
});

test("a change is canceled", async ({ machine }) => {
  const { email } = await register(machine);
  await machine.run(["email-change", "request", `new-${email}`, "--password-stdin"], { stdin: password });
  expect(await machine.json(["email-change", "cancel"])).toEqual({ ok: true });
  expect(await machine.json(["email-change", "show"])).toEqual({ pending: null });
  expect((await machine.run(["email-change", "cancel"])).code).toBe(1);
});
