import { describe, expect, it } from "vitest";

import { password, setUpOwner, setUpWeb, signIn } from "./app.ts";

const web = await setUpWeb();
const { ada, workspaceId } = await setUpOwner(web, "Handbook");

/** Signs in and opens the workspace, on a desktop or a phone. */
async function openWorkspace(width = 1280) {
  const { page, failures } = await web.person();
  await page.setViewportSize({ width, height: 844 });
  await signIn(page, web.url, "ada");
  await page.goto(`${web.url}/w/${workspaceId}`);
  await page.getByRole("heading", { name: "Handbook" }).waitFor();
  return { page, failures, tree: page.getByRole("tree", { name: "Documents" }) };
}

const readTitles = async () =>
  (await ada.document.tree.query({ workspaceId, limit: 100 })).items.map(({ name }) => name);

describe("a new document", () => {
  it.each([1280, 390])("is named and written without the mouse, on a screen of %d pixels", async (width) => {
    const { page, failures } = await openWorkspace(width);
    await page.getByRole("button", { name: "New document", exact: true }).click();
    await page.waitForURL(/\/d\//);
    await page.locator("input[aria-label=Title]:focus").waitFor();
    await page.keyboard.type(`Plan ${width}`);
    await page.keyboard.press("Enter");
    await page.locator(".cm-content:focus").waitFor();
    await page.keyboard.type("First words");
    await page.locator("[data-status=saved]").waitFor();
    const id = page.url().split("/").at(-1) ?? "";
    await expect.poll(async () => (await ada.document.get.query({ id })).content).toBe("First words");
    expect(await readTitles()).toContain(`Plan ${width}`);
    expect(failures).toEqual([]);
  });

  it("keeps the focus where it is when it is opened again", async () => {
    const { page } = await openWorkspace();
    await page.getByRole("button", { name: "New document", exact: true }).click();
    await page.waitForURL(/\/d\//);
    await page.locator("input[aria-label=Title]:focus").waitFor();
    await page.reload();
    await page.locator(".cm-content").waitFor();
    expect(await page.locator("input[aria-label=Title]:focus").count()).toBe(0);
  });
});

describe("a new folder", () => {
  it("opens ready to be named, and gets a free name until then", async () => {
    const { page, tree } = await openWorkspace();
    for (const name of ["Recipes", "Letters"]) {
      await page.getByRole("button", { name: "New document or folder" }).click();
      await page.getByRole("menuitem", { name: "New folder" }).click();
      await page.getByLabel(/^New name for/).waitFor();
      await page.locator("input[aria-label^='New name']:focus").waitFor();
      await page.keyboard.type(name);
      await page.keyboard.press("Enter");
      await tree.getByRole("treeitem", { name }).waitFor();
    }
    for (const name of ["New folder", "New folder 2"]) {
      await page.getByRole("button", { name: "New document or folder" }).click();
      await page.getByRole("menuitem", { name: "New folder" }).click();
      await page.getByLabel(`New name for ${name}`, { exact: true }).press("Escape");
    }
    const titles = await readTitles();
    expect(titles).toEqual(expect.arrayContaining(["Recipes", "Letters", "New folder", "New folder 2"]));
  });
});

describe("renaming in the tree", () => {
  it("saves once with Enter, and not at all with Escape", async () => {
    const { id } = await ada.document.create.mutate({ workspaceId, title: "Old name" });
    const { page, tree } = await openWorkspace();
    const updates: string[] = [];
    page.on("request", (request) => {
      updates.push(...(request.url().match(/document\.update/g) ?? []));
    });
    const row = tree.getByRole("treeitem", { name: "Old name" });
    await row.focus();
    await page.keyboard.press("F2");
    await page.getByLabel("New name for Old name").fill("Escaped");
    await page.keyboard.press("Escape");
    await page.locator("[role=treeitem]:focus", { hasText: "Old name" }).waitFor();
    await page.keyboard.press("F2");
    await page.getByLabel("New name for Old name").fill("Entered");
    await page.keyboard.press("Enter");
    await tree.getByRole("treeitem", { name: "Entered" }).waitFor();
    await expect.poll(async () => (await ada.document.get.query({ id })).title).toBe("Entered");
    expect(updates).toHaveLength(1);
  });
});

describe("signing in", () => {
  it("starts in the first field, shows the password on request, and leads from a taken email to sign-in", async () => {
    const { page } = await web.person();
    await page.goto(`${web.url}/register?next=%2Faccount`);
    await page.locator("input[name=email]:focus").waitFor();
    await page.keyboard.type("ada@example.test");
    await page.getByLabel("Username").fill("someone");
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Show password" }).click();
    expect(await page.getByLabel("Password").getAttribute("type")).toBe("text");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("link", { name: "Sign in with this email" }).click();
    await page.locator("input[name=email]:focus").waitFor();
    expect(page.url()).toContain("next=%2Faccount");
    await page.goto(`${web.url}/forgot-password`);
    await page.locator("input[name=email]:focus").waitFor();
  });
});
