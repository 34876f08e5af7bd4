import { type Client, createClient } from "@mdreader/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { password, signIn, startWebTest, type WebTest } from "./app.ts";
import { barriersOn } from "./axe.ts";

let web: WebTest;
let ada: Client;
let workspaceId: string;

beforeAll(async () => {
  web = await startWebTest();
  ada = createClient({ url: web.url });
  await ada.auth.register.mutate({ email: "ada@example.test", username: "ada", password });
  workspaceId = (await ada.workspace.create.mutate({ name: "Handbook" })).id;
  const write = (title: string, content: string) =>
    ada.document.create.mutate({ workspaceId, title, content });
  await write("Onboarding", "Bring a laptop.");
  await write("Interview with a hospital", "A new document about docs and onboarding.");
});
afterAll(async () => {
  await ada.close();
  await web[Symbol.asyncDispose]();
});

describe("the palette", () => {
  it("puts commands and titles before texts, tolerates typos, and starts empty", async () => {
    const { page, failures } = await web.person();
    await signIn(page, web.url, "ada");
    await page.goto(`${web.url}/w/${workspaceId}`);
    await page.getByRole("treeitem", { name: "Onboarding" }).waitFor();
    const first = page.getByRole("option").first();
    const field = page.getByRole("combobox");

    await page.keyboard.press("ControlOrMeta+k");
    await field.fill("onbaording");
    await first.filter({ hasText: "Onboarding" }).waitFor();
    await field.fill("on");
    await page.getByRole("option", { name: "Onboarding" }).waitFor();
    await field.fill("onboarding");
    await page.getByRole("option", { name: /Interview/ }).waitFor();
    expect(await first.textContent()).toBe("Onboarding");
    await field.fill("shortcust");
    await first.filter({ hasText: "Keyboard shortcuts" }).waitFor();
    expect(await barriersOn(page)).toEqual([]);

    await page.keyboard.press("Escape");
    await page.keyboard.press("ControlOrMeta+k");
    expect(await field.inputValue()).toBe("");
    await field.fill("new doc");
    await first.filter({ hasText: "New document" }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/d\//);
    await page.locator("input[aria-label=Title]:focus").waitFor();

    await page.keyboard.press("ControlOrMeta+k");
    await field.fill("reading view");
    await first.filter({ hasText: "Reading view" }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".cm-content").waitFor({ state: "detached" });
    expect(failures).toEqual([]);
  });
});
