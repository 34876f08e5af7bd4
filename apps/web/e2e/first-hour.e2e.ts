import { join } from "node:path";

import { startProvider } from "@mdreader/server/testing/oidc";
import { createTemporaryFolder } from "@mdreader/server/testing/serve";
import { openBrowser } from "@mdreader/testing/browser";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";

import { signInAtProvider, createWorkspace, openPerson, password, signIn } from "./app.ts";
import { openInstallation } from "./installation.ts";

/** Waiting time for a page on a busy machine. Tests of the server hold the two seconds within which access ends. */
const timeoutMs = 120_000;

/** Opens a page of superusers. */
async function openAdminPage(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("menuitem", { name: "Server administration" }).click();
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { name, exact: true }).waitFor();
}

/** Types at the end of the open document until `signal` is aborted. */
async function keepTyping(page: Page, signal: AbortSignal): Promise<void> {
  await page.locator(".cm-content").click();
  await page.keyboard.press("ControlOrMeta+End");
  while (!signal.aborted) await page.keyboard.type("I keep typing. ", { delay: 20 });
}

const title =
  "an organization sets a server up, suspends a colleague who is typing, and restores a backup of that moment";

it(title, { timeout: 900_000 }, async () => {
  await using made = new AsyncDisposableStack();
  const folder = await createTemporaryFolder(made);
  const browser = await openBrowser();
  made.defer(() => browser.close());
  const open = async () => {
    const person = await openPerson(browser);
    person.page.setDefaultTimeout(timeoutMs);
    return person;
  };
  const server = await openInstallation(made);
  const { url } = server;

  // The person who starts the server opens the link that it prints, and closes registration.
  await expect.poll(() => server.setupUrl, { timeout: timeoutMs }).not.toBeNull();
  const root = await open();
  await root.page.goto(server.setupUrl ?? "");
  await root.page.getByRole("heading", { name: "Create the administrator" }).waitFor();
  await root.page.getByLabel("Email", { exact: true }).fill("root@example.test");
  await root.page.getByLabel("Username").fill("root");
  await root.page.getByLabel("Password").fill(password);
  await root.page.getByRole("button", { name: "Create account" }).click();
  await root.page.getByRole("heading", { name: "Server settings" }).waitFor();
  await root.page.getByLabel("Registration").selectOption("closed");
  await root.page.getByRole("button", { name: "Save" }).click();
  await root.page.getByText("Saved", { exact: true }).waitFor();

  // Providers are settings of the server's environment.
  const provider = made.use(await startProvider(url));
  provider.people.set("ada", {
    email: "ada@acme.test",
    email_verified: true,
    name: "Ada Lovelace",
    preferred_username: "ada",
  });
  await server.restart({ ...provider.env(), OIDC_ACME_NAME: "Acme" });

  const stranger = await open();
  await stranger.page.goto(`${url}/register`);
  await stranger.page.getByText("Registration is closed on this server.").waitFor();

  await root.page.goto(url);
  const workspaceId = await createWorkspace(root.page, "Handbook");
  await root.page.getByRole("link", { name: "Members" }).click();
  await root.page.getByRole("button", { name: "Invite" }).click();
  await root.page.getByLabel("Email", { exact: true }).fill("ada@acme.test");
  await root.page.getByLabel("Role", { exact: true }).selectOption("editor");
  await root.page.getByRole("button", { name: "Create invitation" }).click();
  const invitation = await root.page.getByLabel("Link", { exact: true }).inputValue();
  await root.page.getByRole("button", { name: "Done" }).click();

  // A colleague without an account follows the invitation, and comes back to it from the provider.
  const ada = await open();
  await ada.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await ada.page.goto(invitation);
  await ada.page.getByRole("heading", { name: "Join Handbook" }).waitFor();
  await ada.page.getByRole("link", { name: "Sign in" }).click();
  await ada.page.getByRole("link", { name: "Continue with Acme" }).click();
  await signInAtProvider(ada.page, "ada");
  await ada.page.getByRole("button", { name: "Accept" }).click();
  await ada.page.waitForURL(`${url}/w/${workspaceId}`);
  await ada.page.getByRole("button", { name: "New document or folder" }).click();
  await ada.page.getByRole("menuitem", { name: "New document" }).click();
  await ada.page.waitForURL(/\/d\//);
  const documentPath = new URL(ada.page.url()).pathname;
  await ada.page.locator(".cm-content").click();
  await ada.page.keyboard.type("# Welcome\n\nWritten before the backup. ");
  await ada.page.locator("[data-status=saved]").waitFor();

  await openAdminPage(root.page, url, "Users");
  await root.page.getByRole("button", { name: "Actions for ada" }).click();
  await root.page.getByRole("menuitem", { name: "Suspend" }).click();

  // The backup is taken while she types. She types until she is out, so the server refuses her last edits.
  const done = new AbortController();
  const typing = keepTyping(ada.page, done.signal);
  const archive = join(folder, "backup.tar");
  await server.backUp(archive);
  await root.page.getByRole("button", { name: "Suspend" }).click();
  await root.page.getByText("Ada Lovelace is suspended").waitFor();
  await ada.page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  done.abort();
  await typing;
  await ada.page.getByRole("alert").getByText("This account is suspended.").waitFor();
  await ada.page.getByRole("button", { name: "Copy unsaved text" }).click();
  await ada.page.getByText("Text copied").waitFor();
  expect(await ada.page.evaluate(() => navigator.clipboard.readText())).toMatch(/^[I keptying.]+$/);

  // The provider still knows her, the server doesn't let her in.
  await ada.page.getByRole("link", { name: "Continue with Acme" }).click();
  await ada.page.getByRole("alert").getByText("This account is suspended.").waitFor();

  await openAdminPage(root.page, url, "Audit log");
  const entries = root.page.getByRole("list", { name: "Entries" });
  for (const entry of [
    /^root registered: root@example.test/,
    /^root made someone an administrator: root/,
    /^root changed server settings/,
    /^root created a workspace: Handbook/,
    /^root invited someone: ada@acme.test/,
    /^ada registered: ada@acme.test/,
    /^ada signed in: ada@acme.test/,
    /^ada joined a workspace/,
    /^root suspended an account: ada@acme.test/,
    /^Someone failed to sign in: ada@acme.test/,
  ]) {
    await entries.getByText(entry).first().waitFor();
  }

  // Another server opens the backup, in which she is not suspended yet.
  const restored = await openInstallation(made, archive);
  const there = await open();
  await signIn(there.page, restored.url, "root");
  await there.page.goto(`${restored.url}${documentPath}`);
  await there.page.locator(".cm-content").getByText("Written before the backup.").waitFor();
  await openAdminPage(there.page, restored.url, "Users");
  await there.page.getByRole("button", { name: "Actions for ada" }).click();
  await there.page.getByRole("menuitem", { name: "Suspend" }).waitFor();
  await openAdminPage(there.page, restored.url, "Audit log");
  await there.page.getByText(/^ada joined a workspace/).waitFor();
  for (const { failures } of [root, stranger, ada, there]) expect(failures).toEqual([]);
});
