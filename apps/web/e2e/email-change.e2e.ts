import type { Page } from "playwright-core";
import { expect, it } from "vitest";

import { password, register, setUpWeb } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();

/** Returns the path and fragment of the link that was emailed to an address. */
async function findLink(address: string): Promise<string> {
  const response = await fetch(`${web.url}/dev/mails`, { headers: { accept: "application/json" } });
  const { items }: { items: { to: string; text: string }[] } = JSON.parse(await response.text());
  const mail = items.find(({ to, text }) => to === address && /\/(?:agree|prove)-email#/.test(text));
  return /\/(?:agree|prove)-email#token=[\w-]+/.exec(mail?.text ?? "")?.[0] ?? "";
}

async function openLink(page: Page, address: string): Promise<void> {
  await expect.poll(() => findLink(address)).not.toBe("");
  await page.goto(`${web.url}${await findLink(address)}`);
}

async function requestChange(page: Page, address: string): Promise<void> {
  await page.goto(`${web.url}/account`);
  await page.getByRole("button", { name: /^(?:Change email|Use a different address)$/ }).click();
  await page.getByLabel("New email").fill(address);
  await page.getByLabel("Your password").fill(password);
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Request change" }).click();
  await page.getByText(`Pending change to ${address}.`).waitFor();
  // Tests run without a mail server.
  expect(await page.getByText(/we sen[dt]/).count()).toBe(0);
}

it("a person changes the email address with a link from each, and stays signed in", async () => {
  const { page, failures } = await web.person();
  await register(page, web.url, "ada");
  await requestChange(page, "countess@example.test");

  const elsewhere = await web.person();
  await openLink(elsewhere.page, "countess@example.test");
  await elsewhere.page.getByRole("button", { name: "Confirm email address" }).click();
  await elsewhere.page.getByText("Now open the link").waitFor();
  expect(await findBarriers(elsewhere.page)).toEqual([]);

  await openLink(page, "ada@example.test");
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByRole("heading", { name: "Email address changed" }).waitFor();
  await page.goto(`${web.url}/account`);
  await page.getByText("countess@example.test").first().waitFor();
  await page.getByText("Confirmed", { exact: true }).waitFor();
  expect([...failures, ...elsewhere.failures]).toEqual([]);
});

it("the reader of the current address's mail refuses, and the address stays", async () => {
  const { page, failures } = await web.person();
  await register(page, web.url, "ben");
  await requestChange(page, "thief@example.test");
  await openLink(page, "ben@example.test");
  await page.getByRole("button", { name: "Deny" }).click();
  await page.getByRole("heading", { name: "Email change denied" }).waitFor();
  await page.goto(`${web.url}/account`);
  await page.getByRole("button", { name: "Change email" }).waitFor();
  await page.getByText("ben@example.test").first().waitFor();
  expect(failures).toEqual([]);
});
