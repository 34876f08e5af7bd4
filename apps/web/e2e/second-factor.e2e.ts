import { createClient, isReason } from "@mdreader/client";
import { TOTP } from "otpauth";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";

import { joinWorkspace, password, register, setUpPerson, setUpWeb, signIn } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();

async function fillSignIn(page: Page, name: string): Promise<void> {
  await page.goto(`${web.url}/login`);
  await page.getByLabel("Email", { exact: true }).fill(`${name}@example.test`);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

it("a person sets up an authenticator app, and signs in with a recovery code once", async () => {
  const { page, failures } = await web.person();
  await register(page, web.url, "ada");
  await page.goto(`${web.url}/account`);
  await page.getByRole("button", { name: "Set up", exact: true }).click();
  await page.getByLabel("Your password").fill(password);
  await page.getByRole("button", { name: "Set up authenticator app" }).click();
  await page.getByRole("img", { name: "QR code" }).waitFor();
  const secret = await page.getByLabel("Or enter this key").inputValue();
  const field = page.getByLabel("Code", { exact: true });
  await expect.poll(() => field.evaluate((input) => input.matches(":focus"))).toBe(true);
  await field.fill("abcdef");
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByText("This code is incorrect").waitFor();
  await expect.poll(() => field.evaluate((input) => input.matches(":focus"))).toBe(true);
  expect(await findBarriers(page)).toEqual([]);
  await field.fill(new TOTP({ secret }).generate());
  await page.getByRole("button", { name: "Turn on" }).click();
  const code = await page
    .getByRole("list", { name: "Recovery codes" })
    .getByRole("listitem")
    .first()
    .innerText();
  await page.getByRole("button", { name: "I've saved these codes" }).click();
  await page.getByText("Recovery codes left: 10").waitFor();

  await page.context().clearCookies();
  await fillSignIn(page, "ada");
  await page.getByLabel("Code", { exact: true }).fill(code);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Workspaces", exact: true }).waitFor();
  await using other = createClient({ url: web.url });
  const login = other.auth.login.mutate({ email: "ada@example.test", password, code });
  await expect(login).rejects.toSatisfy((error) => isReason(error, "SECOND_FACTOR_WRONG"));
  expect(failures).toEqual([]);
});

it("a person cancels a set-up, and can't leave new recovery codes for another way", async () => {
  const { page, failures } = await web.person();
  await register(page, web.url, "cleo");
  await page.goto(`${web.url}/account`);
  await page.getByRole("button", { name: "Set up", exact: true }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Set up", exact: true }).waitFor();

  await page.goto(`${web.url}/second-factor?next=/account`);
  await page.getByLabel("Your password").fill(password);
  await page.getByRole("button", { name: "Set up authenticator app" }).click();
  const secret = await page.getByLabel("Or enter this key").inputValue();
  await page.getByRole("button", { name: "Cancel" }).waitFor();
  await page.getByLabel("Code", { exact: true }).fill(new TOTP({ secret }).generate());
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByRole("list", { name: "Recovery codes" }).waitFor();
  expect(await page.getByRole("button").allInnerTexts()).toEqual(["Copy", "I've saved these codes"]);
  await page.getByRole("button", { name: "I've saved these codes" }).click();
  await page.getByText("Recovery codes left: 10").waitFor();

  await page.goto(`${web.url}/second-factor`);
  await page.waitForURL(`${web.url}/account`);
  expect(failures).toEqual([]);
});

it("a member without the two-step verification that their workspace requires sees it at their key, and leaves", async () => {
  const owner = await setUpPerson(web, "olga");
  const { id: workspaceId } = await owner.workspace.create.mutate({ name: "Vault" });
  const ben = await setUpPerson(web, "ben");
  await joinWorkspace(ben, owner, workspaceId);
  await ben.auth.apiKey.create.mutate({ name: "Nightly", scopes: ["read"] });
  const { secret, token } = await owner.auth.secondFactor.start.mutate({ password });
  await owner.auth.secondFactor.confirm.mutate({ token, code: new TOTP({ secret }).generate() });
  await owner.workspace.requireSecondFactor.mutate({ id: workspaceId, isRequired: true });

  const { page, failures } = await web.person();
  await signIn(page, web.url, "ben");
  await page.goto(`${web.url}/account/api-keys`);
  await page.getByText("Created without two-step verification.").waitFor();
  await page.goto(`${web.url}/w/${workspaceId}`);
  await page.getByRole("button", { name: "Leave Vault" }).click();
  await page.getByRole("button", { name: "Leave", exact: true }).click();
  await page.getByText("No workspaces yet").waitFor();
  expect((await owner.workspace.member.list.query({ workspaceId })).items).toHaveLength(1);
  expect(failures).toEqual([]);
});
