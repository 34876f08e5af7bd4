import { createClient } from "@mdreader/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { makeWorkspace, register, startWebTest, type WebTest } from "./app.ts";

let web: WebTest;
beforeAll(async () => {
  web = await startWebTest();
});
afterAll(() => web[Symbol.asyncDispose]());

/** The same person through the client, for what the pages can't do yet. */
async function apiOf(name: string) {
  const client = createClient({ url: web.url });
  await client.auth.login.mutate({ email: `${name}@example.test`, password: "a long enough password" });
  return client;
}

describe("a newcomer", () => {
  it("registers, makes a workspace and a document, finds and reads it, and stays signed in over a reload", async () => {
    const { page, failures } = await web.person();
    await register(page, web.url, "newcomer");
    const workspaceId = await makeWorkspace(page, "Handbook");
    const api = await apiOf("newcomer");
    const folder = await api.document.folder.create.mutate({ workspaceId, name: "Guides" });
    await api.document.create.mutate({
      workspaceId,
      folderId: folder.id,
      title: "Onboarding",
      content: "# Welcome\n\nBring a **laptop** and curiosity.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    });
    await page.reload();
    await page.getByRole("treeitem", { name: "Guides" }).click();
    await page.getByRole("link", { name: "Onboarding" }).click();
    await page.getByRole("heading", { name: "Welcome" }).waitFor();
    expect(await page.locator(".prose strong").textContent()).toBe("laptop");
    expect(await page.locator(".prose td").count()).toBe(2);

    await page.goto(`${web.url}/w/${workspaceId}/search?q=curios`);
    await page.getByRole("heading", { name: "Search" }).waitFor();
    await page.locator("mark").first().waitFor();
    expect(await page.locator("mark").first().textContent()).toMatch(/curios/i);

    await page.getByRole("button", { name: "Account of newcomer" }).click();
    await page.getByRole("menuitem", { name: "Log out" }).click();
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    await page.goto(`${web.url}/w/${workspaceId}`);
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    expect(failures).toEqual([]);
    await api.close();
  });

  it("is told in words what was wrong", async () => {
    const { page } = await web.person();
    await page.goto(`${web.url}/login`);
    await page.getByLabel("E-mail").fill("nobody@example.test");
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Log in" }).click();
    expect(await page.getByRole("alert").textContent()).toContain("E-mail or password is wrong");
  });
});
