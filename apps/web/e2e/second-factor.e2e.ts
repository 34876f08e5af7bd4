import { createClient, isReason } from "@mdreader/client";
import { TOTP } from "otpauth";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";

import { password, register, setUpWeb } from "./app.ts";
import { barriersOn } from "./axe.ts";

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
  await page.getByRole("button", { name: "Set up…" }).click();
  await page.getByLabel("Your password").fill(password);
  await page.getByRole("button", { name: "Set up authenticator app" }).click();
  await page.getByRole("img", { name: "QR code" }).waitFor();
  const secret = await page.getByLabel("Or enter this key").inputValue();
  await page.getByLabel("Code", { exact: true }).fill("abcdef");
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByText("This code is incorrect").waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await page.getByLabel("Code", { exact: true }).fill(new TOTP({ secret }).generate());
  await page.getByRole("button", { name: "Turn on" }).click();
  const code = await page
    .getByRole("list", { name: "Recovery codes" })
    .getByRole("listitem")
    .first()
    .innerText();
  await page.getByRole("button", { name: "I've saved them" }).click();
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
