import type { Page } from "playwright-core";
import { expect, it } from "vitest";

import { createWorkspace, password, register, setUpWeb } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();

/** Opens a page of superusers from the account menu. */
async function openAdminPage(page: Page, name: string): Promise<void> {
  await page.goto(web.url);
  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("menuitem", { name: "Server administration" }).click();
  await page.getByRole("link", { name, exact: true }).click();
}

it("a new server is set up, closed to strangers, and someone is suspended while typing", async () => {
  if (web.setup.state !== "new") throw new Error("the server has an administrator");
  const setupUrl = new URL(web.setup.url);
  const root = await web.person();
  await root.page.goto(`${web.url}${setupUrl.pathname}${setupUrl.hash}`);
  await root.page.getByRole("heading", { name: "Create the administrator" }).waitFor();
  expect(root.page.url()).not.toContain("token");
  await root.page.getByLabel("Email", { exact: true }).fill("root@example.test");
  await root.page.getByLabel("Username").fill("root");
  await root.page.getByLabel("Password").fill(password);
  await root.page.getByRole("button", { name: "Create account" }).click();
  await root.page.getByRole("heading", { name: "Server settings" }).waitFor();

  // The link is useless to people who find it later.
  const thief = await web.person();
  await register(thief.page, web.url, "thief");
  await thief.page.goto(`${web.url}${setupUrl.pathname}${setupUrl.hash}`);
  await thief.page.getByRole("button", { name: "Become administrator" }).click();
  await thief.page.getByText(/setup link is invalid/).waitFor();
  await thief.page.goto(web.url);
  await thief.page.getByRole("button", { name: /^Account/ }).click();
  await thief.page.getByRole("menuitem", { name: "Profile" }).waitFor();
  expect(await thief.page.getByRole("menuitem", { name: "Server administration" }).count()).toBe(0);

  const colleague = await web.person();
  await register(colleague.page, web.url, "colleague");
  await createWorkspace(colleague.page, "Handbook");
  await colleague.page.getByRole("button", { name: "New document or folder" }).click();
  await colleague.page.getByRole("menuitem", { name: "New document" }).click();
  await colleague.page.waitForURL(/\/d\//);

  await root.page.getByLabel("Registration").selectOption("closed");
  await root.page.getByLabel("Keep deleted accounts for (days)").fill("20");
  await root.page.getByLabel("Banner").fill("Maintenance on Sunday");
  await root.page.getByRole("button", { name: "Save" }).click();
  await root.page.getByRole("note").getByText("Maintenance on Sunday").waitFor();
  const stranger = await web.person();
  await stranger.page.goto(`${web.url}/register`);
  await stranger.page.getByText("Registration is closed on this server.").waitFor();

  await openAdminPage(root.page, "All workspaces");
  await root.page.getByText("Owner: colleague").waitFor();
  await openAdminPage(root.page, "Users");
  await root.page.getByRole("button", { name: "Actions for colleague" }).click();
  await root.page.getByRole("menuitem", { name: "Suspend" }).click();
  expect(await findBarriers(root.page)).toEqual([]);
  await colleague.page.locator(".cm-content").click();
  const typing = colleague.page.keyboard.type("I keep typing. ".repeat(60), { delay: 5 }).catch(() => {});
  await root.page.getByRole("button", { name: "Suspend" }).click();
  await root.page.getByText("colleague is suspended").waitFor();
  await colleague.page.getByRole("heading", { name: "Sign in", exact: true }).waitFor({ timeout: 120_000 });
  await typing;

  await openAdminPage(root.page, "System");
  await root.page.getByText(/^PostgreSQL \d/).waitFor();
  await root.page.getByText("Up to date").waitFor();
  await root.page.getByRole("list", { name: "Queues" }).getByText("Deleting expired data").waitFor();
  await root.page.getByRole("button", { name: "Send a test email to yourself" }).click();
  await root.page.getByText("The email was stored because no mail server is configured.").waitFor();
  const mails = root.page.getByRole("list", { name: "Unsent emails" });
  await mails.getByText(/^Test;/).waitFor();
  await mails.getByRole("button", { name: "Open link for colleague@example.test" }).click();
  await root.page.getByLabel("Your password").fill(password);
  await root.page.getByRole("button", { name: "Open link", exact: true }).click();
  const link = root.page.getByRole("dialog").getByLabel("Link");
  await link.waitFor();
  expect(await link.inputValue()).toMatch(/\/verify-email#token=/);
  await root.page.getByRole("button", { name: "Done" }).click();
  expect(await findBarriers(root.page)).toEqual([]);

  await openAdminPage(root.page, "Audit log");
  const entries = root.page.getByRole("list", { name: "Entries" });
  for (const entry of [
    /root made someone an administrator: root/,
    /colleague registered: colleague@example.test/,
    /colleague created a workspace/,
    /root changed server settings/,
    /root suspended an account: colleague@example.test/,
    /root opened the link in an unsent email: colleague@example.test/,
    /days to keep deleted accounts: 20/,
  ]) {
    await entries.getByText(entry).first().waitFor();
  }
  for (const { failures } of [root, thief, colleague, stranger]) expect(failures).toEqual([]);
});
