import { createClient, isReason } from "@mdreader/client";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { password, register, startWebTest, type WebTest } from "./app.ts";
import { addAuthenticator, addPasskey } from "./authenticator.ts";
import { findBarriers } from "./axe.ts";

// Passkeys need a domain.
let web: WebTest;
beforeAll(async () => {
  web = await startWebTest({ APP_HOST: "localhost" });
});
afterAll(() => web[Symbol.asyncDispose]());

/** Confirms with a passkey in a form. */
async function confirm(page: Page, within: ReturnType<Page["locator"]>): Promise<void> {
  await within.getByRole("button", { name: "Use a passkey instead" }).click();
  await within.getByText("Confirmed with your passkey.").waitFor();
  expect(await findBarriers(page)).toEqual([]);
}

it("a person confirms a new password, a new address and the deletion of the account with a passkey", async () => {
  const { page, context, failures } = await web.person();
  await addAuthenticator(context, page);
  await register(page, web.url, "ada");
  await page.goto(`${web.url}/account`);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await addPasskey(page);
  await page.reload();

  const newPassword = "another long enough password";
  const passwordForm = page.locator("form", { has: page.getByLabel("New password") });
  await confirm(page, passwordForm);
  await passwordForm.getByLabel("New password").fill(newPassword);
  await passwordForm.getByRole("button", { name: "Change password" }).click();
  await page.getByText("Your password was changed").waitFor();
  await using other = createClient({ url: web.url });
  const signIn = (typed: string) =>
    other.auth.login.mutate({ email: "ada@example.test", password: typed }).then(
      () => null,
      (error: unknown) => error,
    );
  expect(await signIn(password)).toSatisfy((error) => isReason(error, "BAD_CREDENTIALS"));
  expect(await signIn(newPassword)).toSatisfy((error) => isReason(error, "SECOND_FACTOR_REQUIRED"));

  await page.getByRole("button", { name: "Change email" }).click();
  const emailForm = page.locator("form", { has: page.getByLabel("New email") });
  await emailForm.getByLabel("New email").fill("countess@example.test");
  await confirm(page, emailForm);
  await emailForm.getByRole("button", { name: "Request change" }).click();
  await page.getByText("Pending change to countess@example.test.").waitFor();

  await page.getByRole("button", { name: "Delete account" }).click();
  const dialog = page.getByRole("dialog");
  await confirm(page, dialog);
  await dialog.getByRole("button", { name: "Delete account" }).click();
  await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  expect(await signIn(newPassword)).not.toBeNull();
  expect(failures).toEqual([]);
});

it("a person whose server requires a second factor sets up a passkey at the first sign-in", async () => {
  await using strict = await startWebTest({ APP_HOST: "localhost", SECOND_FACTOR: "required" });
  const { page, context, failures } = await strict.person();
  await addAuthenticator(context, page);
  await page.goto(`${strict.url}/register`);
  await page.getByLabel("Email", { exact: true }).fill("ben@example.test");
  await page.getByLabel("Username").fill("ben");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByText("This server requires two-step verification.").waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Add a passkey instead" }).click();
  await addPasskey(page);
  const workspaces = page.getByRole("heading", { name: "Workspaces", exact: true });
  await workspaces.waitFor();
  await context.clearCookies();
  await page.goto(`${strict.url}/login`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await workspaces.waitFor();
  expect(failures).toEqual([]);
});
