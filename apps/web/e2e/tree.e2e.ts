import { describe, expect, it } from "vitest";

import { setUpPerson, setUpWeb, signIn } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();
const ada = await setUpPerson(web, "ada");

const createWorkspace = async (name: string) => (await ada.workspace.create.mutate({ name })).id;
const write = async (workspaceId: string, title: string, folderId: string | null = null) =>
  (await ada.document.create.mutate({ workspaceId, title, folderId })).id;

/** Opens a page in a new browser. */
async function open(path: string) {
  const { page, failures } = await web.person();
  await signIn(page, web.url, "ada");
  await page.goto(`${web.url}${path}`);
  return { page, failures, tree: page.getByRole("tree", { name: "Documents" }) };
}

describe("the open document", () => {
  it("shows the folders that contain it, in the page and in the tree, even after a move", async () => {
    const workspaceId = await createWorkspace("Deep");
    const guides = await ada.document.folder.create.mutate({ workspaceId, name: "Guides" });
    const inner = await ada.document.folder.create.mutate({
      workspaceId,
      parentId: guides.id,
      name: "First days",
    });
    const id = await write(workspaceId, "Onboarding", inner.id);
    const { page, failures, tree } = await open(`/w/${workspaceId}/d/${id}`);
    const crumbs = page.getByRole("navigation", { name: "Breadcrumb" });
    await crumbs.getByText("First days").waitFor();
    expect(await crumbs.getByRole("listitem").allTextContents()).toEqual(["Guides", "First days"]);
    await tree.getByRole("treeitem", { name: "Onboarding", selected: true, level: 3 }).waitFor();
    expect(await page.title()).toBe("Onboarding · Deep · MDReader");
    expect(await findBarriers(page)).toEqual([]);

    await tree.getByRole("treeitem", { name: "Guides" }).press("ArrowLeft");
    await tree.getByRole("treeitem", { name: "Onboarding" }).waitFor({ state: "detached" });
    await crumbs.getByRole("button", { name: "First days" }).click();
    await page.locator("[role=treeitem]:focus", { hasText: "First days" }).waitFor();

    await ada.document.folder.rename.mutate({ id: guides.id, name: "Handbook" });
    await crumbs.getByText("Handbook").waitFor();
    await ada.document.move.mutate({ id, folderId: null });
    await crumbs.waitFor({ state: "detached" });
    expect(failures).toEqual([]);
  });
});

describe("a large folder", () => {
  it("renders only the rows in view, loads as it is scrolled, and finds the open document in it", async () => {
    const workspaceId = await createWorkspace("Large");
    const folder = await ada.document.folder.create.mutate({ workspaceId, name: "Notes" });
    let last = "";
    for (let from = 1; from <= 250; from += 25) {
      const ids = Array.from({ length: 25 }, (_, n) => write(workspaceId, `Note ${from + n}`, folder.id));
      last = (await Promise.all(ids)).at(-1) ?? "";
    }
    const { page, tree } = await open(`/w/${workspaceId}/d/${last}`);
    const row = tree.getByRole("treeitem", { name: "Note 250", selected: true });
    await row.waitFor();
    await expect.poll(() => row.evaluate((element) => element.getBoundingClientRect().top)).toBeLessThan(800);
    expect(await tree.getByRole("treeitem").count()).toBeLessThan(80);
    expect(await row.getAttribute("aria-setsize")).toBe("250");
    expect(await row.getAttribute("aria-posinset")).toBe("250");

    await row.focus();
    await page.keyboard.press("Home");
    await page.locator("[role=treeitem]:focus", { hasText: "Notes" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.locator("[role=treeitem]:focus", { hasText: /^Note 1$/ }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.locator("[role=treeitem]:focus", { hasText: /^Note 2$/ }).waitFor();
    await page.keyboard.press("End");
    await page.locator("[role=treeitem]:focus", { hasText: /^Note 250$/ }).waitFor();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Delete");
    await page.locator("[role=treeitem]:focus", { hasText: /^Note 250$/ }).waitFor();
    await tree.getByRole("treeitem", { name: "Note 249" }).waitFor({ state: "detached" });
  });
});

describe("favorites and recent documents", () => {
  it("are there on every device", async () => {
    const workspaceId = await createWorkspace("Devices");
    const id = await write(workspaceId, "Everywhere");
    const first = await open(`/w/${workspaceId}/d/${id}`);
    await first.tree.getByRole("treeitem", { name: "Everywhere" }).click({ button: "right" });
    await first.page.getByRole("menuitem", { name: "Add to favorites" }).click();
    const favorites = first.page.getByRole("navigation", { name: "Favorites" });
    await favorites.getByText("Everywhere").waitFor();
    await expect
      .poll(async () => (await ada.document.favorite.list.query({ workspaceId })).items.length, {
        timeout: 10_000,
      })
      .toBe(1);

    const second = await open(`/w/${workspaceId}`);
    await second.page.getByRole("navigation", { name: "Favorites" }).getByText("Everywhere").waitFor();
    await second.page.getByRole("heading", { name: "Recently opened" }).waitFor();
    await ada.document.update.mutate({ id, title: "Anywhere" });
    await second.page.getByRole("navigation", { name: "Favorites" }).getByText("Anywhere").waitFor();
    await ada.document.delete.mutate({ id });
    await second.page.getByRole("heading", { name: "Recently opened" }).waitFor({ state: "detached" });
  });
});

describe("an empty workspace", () => {
  it("offers an import, a sample and a blank document", async () => {
    const workspaceId = await createWorkspace("Empty");
    const { page, failures, tree } = await open(`/w/${workspaceId}`);
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Blank document" }).waitFor();
    await page.getByRole("button", { name: "Sample document" }).click();
    await tree.getByRole("treeitem", { name: "Welcome to MDReader", selected: true }).waitFor();
    await page.locator(".prose").getByRole("heading", { name: "Things to try" }).waitFor();
    expect(failures).toEqual([]);
  });
});

describe("a folder with many documents", () => {
  it("is moved to the trash after a confirmation that counts them, and comes back with an undo", async () => {
    const workspaceId = await createWorkspace("Full");
    const { id } = await ada.document.folder.create.mutate({ workspaceId, name: "Guides" });
    const inner = await ada.document.folder.create.mutate({ workspaceId, parentId: id, name: "Old" });
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => write(workspaceId, `Guide ${n}`, n < 5 ? id : inner.id)),
    );
    const { page, failures, tree } = await open(`/w/${workspaceId}`);
    const row = tree.getByRole("treeitem", { name: "Guides" });
    await row.press("Delete");
    const dialog = page.getByRole("dialog", { name: "Move “Guides” to the trash?" });
    await dialog.getByText("It contains 10 documents and 1 subfolder.").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "detached" });
    await row.click({ button: "right" });
    await page.getByRole("menuitem", { name: "Move to trash" }).click();
    await dialog.getByRole("button", { name: "Move to trash" }).click();
    await row.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await row.waitFor();
    expect(failures).toEqual([]);
  });
});

describe("the trash", () => {
  it("says that a document goes to the top level if its folder is in the trash, too", async () => {
    const workspaceId = await createWorkspace("Emptied");
    const { id: folderId } = await ada.document.folder.create.mutate({ workspaceId, name: "Guides" });
    const id = await write(workspaceId, "Plan", folderId);
    await ada.document.delete.mutate({ id });
    await ada.document.folder.delete.mutate({ id: folderId });
    const { id: kept } = await ada.document.folder.create.mutate({ workspaceId, name: "Kept" });
    await ada.document.delete.mutate({ id: await write(workspaceId, "Note", kept) });
    const { page, failures, tree } = await open(`/w/${workspaceId}/trash`);
    await page.getByRole("button", { name: "Restore Plan" }).click();
    await page.getByText("“Plan” was restored to the top level.").waitFor();
    await tree.getByRole("treeitem", { name: "Plan" }).waitFor();
    await page.getByRole("button", { name: "Restore Note" }).click();
    await page.getByText("“Note” was restored.", { exact: true }).waitFor();
    expect(failures).toEqual([]);
  });
});

describe("the activity page", () => {
  it("stays where it is scrolled to when something happens", async () => {
    const workspaceId = await createWorkspace("Lively");
    for (let number = 1; number <= 40; number += 1) await write(workspaceId, `Document ${number}`);
    const { page, failures } = await open(`/w/${workspaceId}/activity`);
    const row = page.getByRole("main").getByRole("listitem").filter({ hasText: "Document 20" });
    await page.getByRole("main").getByText("Document 40").waitFor();
    await page.locator("#main").evaluate((main) => main.scrollTo(0, 900));
    await row.waitFor();
    const top = await row.evaluate((one) => one.getBoundingClientRect().top);
    const before = await row.getAttribute("aria-posinset");
    for (const title of ["One more", "Another"]) await write(workspaceId, title);
    await expect.poll(() => row.getAttribute("aria-posinset")).toBe(String(Number(before) + 2));
    expect(await row.evaluate((one) => one.getBoundingClientRect().top)).toBeCloseTo(top, 0);

    await page.locator("#main").evaluate((main) => main.scrollTo(0, 0));
    await page.getByRole("main").getByText("Another").waitFor();
    await write(workspaceId, "The last one");
    await page.getByRole("main").getByText("The last one").waitFor();
    expect(await page.locator("#main").evaluate((main) => main.scrollTop)).toBe(0);
    expect(failures).toEqual([]);
  });

  it("is filtered by person and topic, also as events arrive, and says what was renamed", async () => {
    const workspaceId = await createWorkspace("Active");
    const id = await write(workspaceId, "Plan");
    await ada.document.folder.create.mutate({ workspaceId, name: "Guides" });
    const { page, failures } = await open(`/w/${workspaceId}/activity`);
    const lines = page.getByRole("main").getByRole("listitem");
    await expect
      .poll(() => lines.allTextContents())
      .toEqual([
        expect.stringContaining("created the folder Guides"),
        expect.stringContaining("created Plan"),
        expect.stringContaining("created this workspace"),
      ]);
    await page.getByRole("button", { name: "Everything" }).press("Enter");
    await page.getByRole("menuitemradio", { name: "Documents" }).press("Enter");
    await expect.poll(() => lines.count()).toBe(1);
    await ada.document.folder.create.mutate({ workspaceId, name: "Manuals" });
    await ada.document.update.mutate({ id, title: "Schedule" });
    await lines.filter({ hasText: "renamed Plan to Schedule" }).waitFor();
    await page.getByRole("button", { name: "Anyone" }).press("Enter");
    await page.getByRole("menuitemradio", { name: "ada" }).press("Enter");
    await page.getByRole("button", { name: "By ada" }).waitFor();
    await page.getByRole("menu").waitFor({ state: "detached" });
    expect(await findBarriers(page)).toEqual([]);
    await page.reload();
    await expect.poll(() => lines.count()).toBe(2);
    expect(await lines.first().textContent()).toContain("renamed Plan to Schedule");
    expect(failures).toEqual([]);
  });

  it("renders only the events in view", async () => {
    const workspaceId = await createWorkspace("Busy");
    for (let from = 1; from <= 45; from += 15)
      await Promise.all(Array.from({ length: 15 }, (_, n) => write(workspaceId, `Note ${from + n}`)));
    const { page, failures } = await open(`/w/${workspaceId}/activity`);
    const main = page.getByRole("main");
    const lines = main.getByRole("listitem");
    await lines.first().waitFor();
    expect(await lines.count()).toBeLessThan(40);
    await main.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await main.getByText("created this workspace").waitFor();
    expect(failures).toEqual([]);
  });
});
