import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startProvider } from "@mdreader/server/testing";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";

import { continueAs, makeWorkspace, password, signIn, startWebTest } from "./app.ts";

/** Opens a page of superusers. */
async function openAdminPage(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("menuitem", { name: "Server administration" }).click();
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { name, exact: true }).waitFor();
}

const title = "a company sets a server up for its people, suspends one of them, and can restore a backup";

it(title, { timeout: 600_000 }, async () => {
  await using made = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "mdreader-first-hour-"));
  made.defer(() => rm(folder, { recursive: true }));
  const web = made.use(await startWebTest());
  if (web.setup.state !== "new") throw new Error("the server has an administrator");

  // The person who starts the server opens the link that it prints.
  const { pathname, hash } = new URL(web.setup.url);
  const root = await web.person();
  await root.page.goto(`${web.url}${pathname}${hash}`);
  await root.page.getByLabel("Email", { exact: true }).fill("root@example.test");
  await root.page.getByLabel("Username").fill("root");
  await root.page.getByLabel("Password").fill(password);
  await root.page.getByRole("button", { name: "Create account" }).click();
  await root.page.getByRole("heading", { name: "Server settings" }).waitFor();

  await root.page.getByLabel("Registration").selectOption("closed");
  await root.page.getByRole("button", { name: "Save" }).click();
  await root.page.getByText("Saved", { exact: true }).waitFor();

  // Providers are settings of the server's environment.
  const provider = made.use(await startProvider(web.url));
  provider.people.set("ada", {
    email: "ada@acme.test",
    email_verified: true,
    name: "Ada Lovelace",
    preferred_username: "ada",
  });
  await web.restart(undefined, { ...provider.env(), OIDC_ACME_NAME: "Acme" });

  await root.page.goto(web.url);
  const workspaceId = await makeWorkspace(root.page, "Handbook");
  await root.page.getByRole("link", { name: "Members" }).click();
  await root.page.getByRole("button", { name: "Invite" }).click();
  await root.page.getByLabel("Email", { exact: true }).fill("ada@acme.test");
  await root.page.getByLabel("Role", { exact: true }).selectOption("editor");
  await root.page.getByRole("button", { name: "Create invitation" }).click();
  const invitation = new URL(await root.page.getByLabel("Link", { exact: true }).inputValue());
  await root.page.getByRole("button", { name: "Done" }).click();

  // A colleague without an account follows the invitation, and comes back to it from the provider.
  const ada = await web.person();
  await ada.page.goto(`${web.url}${invitation.pathname}${invitation.hash}`);
  await ada.page.getByRole("heading", { name: "Join Handbook" }).waitFor();
  await ada.page.getByRole("link", { name: "Sign in" }).click();
  await ada.page.getByRole("link", { name: "Continue with Acme" }).click();
  await continueAs(ada.page, "ada");
  await ada.page.getByRole("button", { name: "Accept" }).click();
  await ada.page.waitForURL(`${web.url}/w/${workspaceId}`);

  await ada.page.getByRole("button", { name: "New document or folder" }).click();
  await ada.page.getByRole("menuitem", { name: "New document" }).click();
  await ada.page.waitForURL(/\/d\//);
  const documentPath = new URL(ada.page.url()).pathname;
  await ada.page.locator(".cm-content").click();
  await ada.page.keyboard.type("# Welcome\n\nWritten before the backup. ");
  await ada.page.locator("[data-status=saved]").waitFor();

  await openAdminPage(root.page, web.url, "Users");
  await root.page.getByRole("button", { name: "Actions for ada" }).click();
  await root.page.getByRole("menuitem", { name: "Suspend" }).click();

  // The backup is taken while she types, until she is out.
  await ada.page.locator(".cm-content").click();
  await ada.page.keyboard.press("ControlOrMeta+End");
  const stopped = new AbortController();
  const type = async () => {
    while (!stopped.signal.aborted) await ada.page.keyboard.type("I keep typing. ", { delay: 20 });
  };
  const typing = type().catch(() => {});
  const archive = join(folder, "backup.tar");
  await web.backUp(archive);
  await root.page.getByRole("button", { name: "Suspend" }).click();
  await root.page.getByText("Ada Lovelace is suspended").waitFor();
  await ada.page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  stopped.abort();
  await typing;

  // The provider still knows her, the server doesn't let her in.
  await ada.page.getByRole("link", { name: "Continue with Acme" }).click();
  await ada.page
    .getByRole("alert")
    .getByText(/suspended/)
    .waitFor();

  await openAdminPage(root.page, web.url, "Audit log");
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
  const restored = made.use(await startWebTest({}, archive));
  const there = await restored.person();
  await signIn(there.page, restored.url, "root");
  await there.page.goto(`${restored.url}${documentPath}`);
  await there.page.locator(".cm-content").getByText("Written before the backup.").waitFor();
  await openAdminPage(there.page, restored.url, "Users");
  await there.page.getByRole("button", { name: "Actions for ada" }).click();
  await there.page.getByRole("menuitem", { name: "Suspend" }).waitFor();
  await openAdminPage(there.page, restored.url, "Audit log");
  await there.page.getByText(/^ada joined a workspace/).waitFor();
  for (const { failures } of [root, ada, there]) expect(failures).toEqual([]);
});
