import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";

import { setUpPerson, setUpWeb, signIn } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();
const ada = await setUpPerson(web, "ada");

/** Opens a new workspace with a folder and three documents. */
async function openWorkspace(name: string) {
  const { id: workspaceId } = await ada.workspace.create.mutate({ name });
  const folder = await ada.document.folder.create.mutate({ workspaceId, name: "Guides" });
  for (const title of ["First", "Second", "Third"]) await ada.document.create.mutate({ workspaceId, title });
  await ada.document.create.mutate({ workspaceId, title: "Inside", folderId: folder.id });
  return { workspaceId, folderId: folder.id, ...(await openTree(workspaceId)) };
}

async function openTree(workspaceId: string) {
  const { page, failures } = await web.person();
  await signIn(page, web.url, "ada");
  await page.goto(`${web.url}/w/${workspaceId}`);
  const tree = page.getByRole("tree", { name: "Documents" });
  await tree.getByRole("treeitem", { name: "Third" }).waitFor();
  return { page, failures, tree };
}

/** The names in the tree from top to bottom. */
const readNames = async (tree: Locator) => {
  const rows = await tree.getByRole("treeitem").all();
  return Promise.all(rows.map((row) => row.getAttribute("aria-label")));
};

/** Moves a little within an element. The first event in one says only that it was entered. */
async function holdStill(page: Page, x: number, y: number): Promise<void> {
  for (const step of [1, 2, 3]) await page.mouse.move(x + step, y);
}

/** Drags a row to a part of another one's height, and holds it there. */
async function dragOver(page: Page, tree: Locator, from: string, to: string, part: number): Promise<void> {
  const [source, target] = [from, to].map((name) => tree.getByRole("treeitem", { name }));
  const [start, end] = await Promise.all([source?.boundingBox(), target?.boundingBox()]);
  if (!start || !end) throw new Error("a row is not shown");
  await page.mouse.move(start.x + 60, start.y + start.height / 2);
  await page.mouse.down();
  // The first move starts the drag, and the second one enters the target.
  await page.mouse.move(start.x + 64, start.y + start.height / 2 + 4);
  await page.mouse.move(end.x + 60, end.y + end.height * part, { steps: 5 });
  await holdStill(page, end.x + 60, end.y + end.height * part);
}

const listNames = async (workspaceId: string, folderId: string | null = null) =>
  (await ada.document.tree.query({ workspaceId, folderId })).items.map(({ name }) => name);

describe("the order of documents", () => {
  it("is changed by dragging, with a line at the place, for everyone, and can be by name again", async () => {
    const { page, tree, failures, workspaceId } = await openWorkspace("Dragged");
    const other = await openTree(workspaceId);
    await dragOver(page, tree, "Third", "First", 0.2);
    await tree.locator("[data-drop-line=top]").waitFor();
    await page.mouse.up();
    await tree.locator("[data-drop-line]").waitFor({ state: "detached" });
    const placed = ["Guides", "Third", "First", "Second"];
    await expect.poll(() => readNames(tree)).toEqual(placed);
    await expect.poll(() => listNames(workspaceId)).toEqual(placed);
    await expect.poll(() => readNames(other.tree)).toEqual(placed);

    await page.getByRole("button", { name: "New document or folder" }).press("Enter");
    await page.getByRole("menuitem", { name: "Sort by name" }).press("Enter");
    const sorted = ["Guides", "First", "Second", "Third"];
    await expect.poll(() => readNames(tree)).toEqual(sorted);
    await expect.poll(() => readNames(other.tree)).toEqual(sorted);
    expect([...failures, ...other.failures]).toEqual([]);
  });

  it("includes a place in a folder, which opens when something is held over it", async () => {
    const { page, tree, failures, workspaceId, folderId } = await openWorkspace("Held");
    await dragOver(page, tree, "Third", "Guides", 0.5);
    await tree.getByRole("treeitem", { name: "Inside" }).waitFor();
    const inside = await tree.getByRole("treeitem", { name: "Inside" }).boundingBox();
    if (inside === null) throw new Error("the row is not shown");
    await page.mouse.move(inside.x + 60, inside.y + inside.height * 0.9, { steps: 5 });
    await holdStill(page, inside.x + 60, inside.y + inside.height * 0.9);
    await tree.locator("[data-drop-line=bottom]").waitFor();
    await page.mouse.up();
    await expect.poll(() => readNames(tree)).toEqual(["Guides", "Inside", "Third", "First", "Second"]);
    await expect.poll(() => listNames(workspaceId, folderId)).toEqual(["Inside", "Third"]);
    expect(failures).toEqual([]);
  });

  it("is changed with Alt and the arrow keys, which keep the focus and tell what moved", async () => {
    const { page, tree, failures, workspaceId } = await openWorkspace("Keyed");
    await tree.getByRole("treeitem", { name: "First" }).focus();
    await page.keyboard.press("Alt+ArrowUp");
    await page.getByText("First is the first document here").waitFor({ state: "attached" });
    await tree.getByRole("treeitem", { name: "Second" }).focus();
    await page.keyboard.press("Alt+ArrowUp");
    await expect.poll(() => readNames(tree)).toEqual(["Guides", "Second", "First", "Third"]);
    await page.locator("[role=treeitem]:focus", { hasText: "Second" }).waitFor();
    await page.getByText("Second moved before First").waitFor({ state: "attached" });
    await page.keyboard.press("Alt+ArrowDown");
    await page.keyboard.press("Alt+ArrowDown");
    const placed = ["Guides", "First", "Third", "Second"];
    await expect.poll(() => readNames(tree)).toEqual(placed);
    await expect.poll(() => listNames(workspaceId)).toEqual(placed);
    expect(await findBarriers(page)).toEqual([]);
    await page.reload();
    await expect.poll(() => readNames(tree)).toEqual(placed);
    expect(failures).toEqual([]);
  });

  it("is restored when a move into another folder is undone", async () => {
    const { page, tree, failures, workspaceId, folderId } = await openWorkspace("Reverted");
    const content = "See [this](Second.md).\n";
    await ada.document.create.mutate({ workspaceId, title: "Start", content });
    await tree.getByRole("treeitem", { name: "Start" }).waitFor();
    await tree.getByRole("treeitem", { name: "Second" }).focus();
    await page.keyboard.press("Alt+ArrowDown");
    const order = ["Guides", "First", "Start", "Second", "Third"];
    await expect.poll(() => listNames(workspaceId)).toEqual(order);

    await page.keyboard.press("ControlOrMeta+x");
    await tree.getByRole("treeitem", { name: "Guides" }).focus();
    await page.keyboard.press("ControlOrMeta+v");
    await expect.poll(() => listNames(workspaceId, folderId)).toContain("Second");
    await page.getByRole("button", { name: "Update links" }).click();
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await expect.poll(() => listNames(workspaceId)).toEqual(order);
    await expect.poll(() => readNames(tree)).toEqual(order);
    expect(failures).toEqual([]);
  });
});

it("opens a closed folder for the open document that is dropped on it", async () => {
  const { page, tree, workspaceId, folderId } = await openWorkspace("Dropped");
  await tree.getByRole("treeitem", { name: "Third" }).getByRole("link").click();
  await page.waitForURL(/\/d\//);
  await dragOver(page, tree, "Third", "Guides", 0.5);
  await page.mouse.up();
  await tree.getByRole("treeitem", { name: "Third", level: 2, selected: true }).waitFor();
  await expect.poll(() => listNames(workspaceId, folderId)).toEqual(["Inside", "Third"]);
});
