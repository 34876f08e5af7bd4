import { startProvider } from "@mdreader/server/testing/oidc";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";

import { signInAtProvider, findFreePort, password, register, setUpWeb } from "./app.ts";

// The provider must know the address of the server before it starts.
const port = await findFreePort();
const provider = await startProvider(`http://127.0.0.1:${port}`);
afterAll(() => provider[Symbol.asyncDispose]());
const web = await setUpWeb({
  APP_PORT: String(port),
  ...provider.env(),
  OIDC_ACME_NAME: "Acme",
  OIDC_ACME_SIGN_OUT: "true",
});
for (const name of ["ada", "ben", "cleo"])
  provider.people.set(name, { email: `${name}@acme.test`, email_verified: true, preferred_username: name });

const openProfile = (page: Page) => page.goto(`${web.url}/account`);

describe("a person", () => {
  it("signs in through the provider, stays signed in, and signs out of both", async () => {
    const { page, failures } = await web.person();
    await page.goto(`${web.url}/account/sessions`);
    await page.getByRole("link", { name: "Continue with Acme" }).click();
    await signInAtProvider(page, "ada");
    await page.getByRole("heading", { name: "Sessions" }).waitFor();
    expect(page.url()).toBe(`${web.url}/account/sessions`);
    await page.reload();
    await page.getByRole("heading", { name: "Sessions" }).waitFor();
    await page.getByRole("button", { name: /^Account: ada/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Yes, sign me out" }).click();
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
    expect(page.url()).toBe(`${web.url}/login`);
    await page.getByRole("link", { name: "Continue with Acme" }).click();
    await page.getByRole("heading", { name: "Provider" }).waitFor();
    expect(failures).toEqual([]);
  });

  it("a refusal at the provider is shown, and the person can try again", async () => {
    const { page, failures } = await web.person();
    await page.goto(`${web.url}/login?next=/account`);
    await page.getByRole("link", { name: "Continue with Acme" }).click();
    await signInAtProvider(page, "");
    await page.getByRole("alert").getByText("didn't sign you in").waitFor();
    await page.getByRole("link", { name: "Continue with Acme" }).click();
    await signInAtProvider(page, "ben");
    await page.getByRole("heading", { name: "Profile" }).waitFor();
    expect(failures).toEqual([]);
  });

  it("a person without a password sets one, and can then unlink the provider", async () => {
    const { page, failures } = await web.person();
    await page.goto(`${web.url}/register`);
    await page.getByRole("link", { name: "Continue with Acme" }).click();
    await signInAtProvider(page, "cleo");
    await page.getByRole("heading", { name: "Workspaces", exact: true }).waitFor();
    await openProfile(page);
    await page.getByRole("button", { name: "Unlink" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Unlink" }).click();
    await page.getByText("your only way to sign in").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByLabel("New password").fill("a long enough password");
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByLabel("Current password").waitFor();
    await page.getByRole("button", { name: "Unlink" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Unlink" }).click();
    await page.getByRole("button", { name: "Unlink" }).waitFor({ state: "detached" });
    expect(failures).toEqual([]);
  });

  it("with an account links an identity, and signs in with it", async () => {
    const { page, failures } = await web.person();
    await register(page, web.url, "dora");
    provider.people.set("dora at work", { email: "dora@acme.test" });
    await openProfile(page);
    await page.getByRole("button", { name: "Link Acme" }).click();
    await page.getByLabel("Your password").fill(password);
    await page.getByRole("button", { name: "Continue to Acme" }).click();
    await signInAtProvider(page, "dora at work");
    await page.getByText("Acme was linked to your account").waitFor();
    await page.getByRole("list", { name: "Linked identities" }).getByText("dora@acme.test").waitFor();
    expect(page.url()).toBe(`${web.url}/account`);

    await page.context().clearCookies();
    await page.goto(`${web.url}/login`);
    await page.getByRole("link", { name: "Continue with Acme" }).click();
    await signInAtProvider(page, "dora at work");
    await page.getByRole("button", { name: /^Account: dora/ }).waitFor();
    expect(failures).toEqual([]);
  });
});
