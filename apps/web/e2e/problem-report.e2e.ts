import { readFileSync } from "node:fs";

import type { BrowserContext, Page } from "playwright-core";
import { expect, it } from "vitest";

import { createWorkspace, register, setUpWeb } from "./app.ts";

const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const web = await setUpWeb();

async function open(name: string): Promise<{ page: Page; context: BrowserContext; failures: string[] }> {
  const person = await web.person();
  await person.context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: web.url });
  await register(person.page, web.url, name);
  await createWorkspace(person.page, "Notes");
  await person.page.getByRole("button", { name: "New document or folder" }).waitFor();
  return person;
}

/** Collects the error reports that a page sends. */
function collectReports(page: Page): string[] {
  const reports: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/browser-errors")) reports.push(request.postData() ?? "");
  });
  return reports;
}

const readClipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

const throwLater = (page: Page, message: string) =>
  page.evaluate((text) => {
    setTimeout(() => {
      throw new Error(text);
    });
  }, message);

it("“Report a problem” copies the version, the page and the failed call, and says so", async () => {
  const { page, failures } = await open("ada");
  await page.goto(`${page.url()}/d/00000000-0000-7000-8000-000000000000`);
  await page.getByRole("heading", { name: "Page not found" }).waitFor();
  await page.goBack();
  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("menuitem", { name: "Report a problem" }).click();
  await page.getByText(/^Problem report copied/).waitFor();
  const report = await readClipboard(page);
  expect(report).toContain(`Version: ${version}`);
  expect(report).toContain("Page: /w/$workspaceId");
  expect(report).toContain("Online: yes");
  expect(report).toMatch(/Browser: Mozilla/);
  expect(report).not.toContain("example.test");
  expect(failures).toEqual([]);
});

it("errors of the page are sent to the server, each once, and a few at most", async () => {
  const { page } = await open("bob");
  const reports = collectReports(page);
  for (const message of ["first", "first", "second", "third", "fourth", "fifth", "sixth"]) {
    await throwLater(page, message);
  }
  await expect.poll(() => reports.length).toBe(5);
  await throwLater(page, "seventh");
  await page.waitForTimeout(200);
  expect(reports).toHaveLength(5);
  expect(reports.join("")).not.toContain(new URL(page.url()).pathname);
  expect(JSON.parse(reports[0] ?? "")).toMatchObject({
    kind: "error",
    name: "Error",
    message: "first",
    route: "/w/$workspaceId/",
    version,
  });
});
