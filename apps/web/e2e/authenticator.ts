import type { BrowserContext, Page } from "playwright-core";

import { password } from "./app.ts";

/** Gives the browser an authenticator that verifies the person without asking. */
export async function addAuthenticator(context: BrowserContext, page: Page): Promise<void> {
  const devTools = await context.newCDPSession(page);
  await devTools.send("WebAuthn.enable");
  await devTools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** Adds an account's first passkey with the password, on a page that offers it. */
export async function addPasskey(page: Page): Promise<void> {
  await page.getByLabel("Passkey name").fill("Laptop");
  await page.getByLabel("Your password").fill(password);
  await page.getByRole("button", { name: "Add passkey" }).click();
  await page.getByRole("button", { name: "I've saved these codes" }).click();
}
