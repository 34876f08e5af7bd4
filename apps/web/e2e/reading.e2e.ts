import { describe, expect, it } from "vitest";

import { joinWorkspace, setUpOwner, setUpPerson, setUpWeb, signIn } from "./app.ts";

const web = await setUpWeb();
const { ada, workspaceId } = await setUpOwner(web, "Handbook");
const ben = await setUpPerson(web, "ben");
await joinWorkspace(ben, ada, workspaceId);

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
