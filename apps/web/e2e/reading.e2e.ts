import { type Client, createClient } from "@mdreader/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { password, signIn, startWebTest, type WebTest } from "./app.ts";

let web: WebTest;
let ada: Client;
let ben: Client;
let workspaceId: string;

beforeAll(async () => {
  web = await startWebTest();
  [ada, ben] = [createClient({ url: web.url }), createClient({ url: web.url })];
  await ada.auth.register.mutate({ email: "ada@example.test", username: "ada", password });
  await ben.auth.register.mutate({ email: "ben@example.test", username: "ben", password });
  workspaceId = (await ada.workspace.create.mutate({ name: "Handbook" })).id;
  const { token } = await ada.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
  await ben.workspace.invitation.accept.mutate({ token });
});
afterAll(async () => {
  await Promise.all([ada.close(), ben.close()]);
  await web[Symbol.asyncDispose]();
});

/** Opens a new document as the given person, in a view. */
async function openDocument(name: string, content: string, view: "Source" | "Split" | "Reading") {
  const { id } = await ada.document.create.mutate({ workspaceId, title: "Read me", content });
  const { page, context, failures } = await web.person();
  await signIn(page, web.url, name);
  await page.goto(`${web.url}/w/${workspaceId}/d/${id}`);
  await page.getByRole("button", { name: view, exact: true }).click();
  await page.locator(".prose[data-ready]").waitFor({ state: "attached" });
  return { page, context, failures, id };
}

describe("printing", () => {
  it.each(["Source", "Split", "Reading"] as const)("prints only the document from %s view", async (view) => {
    const { page } = await openDocument("ada", "# Heading\n\nSome words.", view);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const text = await page.evaluate("document.body.innerText");
    expect(String(text).trim()).toMatch(/^Heading\s+Some words\.$/);
    const column = await page.locator(".prose").evaluate((element) => element.getBoundingClientRect().width);
    expect(column).toBeGreaterThan(600);
  });
});

describe("a task", () => {
  it("can be checked only while its reader may edit", async () => {
    const { page } = await openDocument("ben", "- [ ] Water the plants", "Reading");
    const box = page.getByRole("checkbox");
    await box.waitFor();
    expect(await box.isEnabled()).toBe(true);
    const { id: userId } = await ben.auth.me.query();
    await ada.workspace.member.updateRole.mutate({ workspaceId, userId, role: "viewer" });
    await expect.poll(() => box.isDisabled()).toBe(true);
    await ada.workspace.member.updateRole.mutate({ workspaceId, userId, role: "editor" });
    await expect.poll(() => box.isEnabled()).toBe(true);
  });
});
