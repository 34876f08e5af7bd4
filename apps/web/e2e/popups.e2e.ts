import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";

import { setUpOwner, setUpWeb, signIn } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();
const { ada, workspaceId } = await setUpOwner(web, "Handbook");
await ada.document.folder.create.mutate({ workspaceId, name: "Guides" });
const { id: documentId } = await ada.document.create.mutate({
  workspaceId,
  title: "Onboarding",
  content: "# Welcome\n\nBring a laptop.\n",
});

const home = `/w/${workspaceId}`;
const openRowMenu = (page: Page, name: string) =>
  page.getByRole("treeitem", { name }).click({ button: "right" });
const openMenu = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).press("Enter");
const choose = (page: Page, name: string) => page.getByRole("menuitem", { name }).press("Enter");

interface Popup {
  path: string;
  open: (page: Page) => Promise<void>;
}

const menus: Record<string, Popup> = {
  "the menu of a folder": { path: home, open: (page) => openRowMenu(page, "Guides") },
  "the menu of a document in the sidebar": { path: home, open: (page) => openRowMenu(page, "Onboarding") },
  "the menu of new things": { path: home, open: (page) => openMenu(page, "New document or folder") },
  "the account menu": { path: home, open: (page) => openMenu(page, /^Account/) },
  "the workspace switcher": { path: home, open: (page) => openMenu(page, "Handbook") },
  "the menu of a document": {
    path: `${home}/d/${documentId}`,
    open: (page) => openMenu(page, "Document actions"),
  },
  "the menu of formats": {
    path: `${home}/d/${documentId}`,
    open: (page) => openMenu(page, "More formatting"),
  },
  "a filter of the activity": { path: `${home}/activity`, open: (page) => openMenu(page, "Everything") },
};

const dialogs: Record<string, Popup & { focused: string }> = {
  "a new workspace": {
    path: "/",
    open: (page) => page.getByRole("button", { name: "New workspace" }).click(),
    focused: "Name",
  },
  "an import": {
    path: home,
    open: async (page) => {
      await openMenu(page, "New document or folder");
      await choose(page, "Import…");
    },
    focused: "Choose a folder",
  },
  "a move": {
    path: home,
    open: async (page) => {
      await openRowMenu(page, "Onboarding");
      await choose(page, "Move to…");
    },
    focused: "Documents",
  },
  "an invitation": {
    path: `${home}/members`,
    open: (page) => page.getByRole("button", { name: "Invite" }).click(),
    focused: "Email",
  },
  "a public link": {
    path: `${home}/d/${documentId}`,
    open: (page) => page.getByRole("button", { name: "Share" }).click(),
    focused: "Expires",
  },
};

/** Opens a popup on its page, and waits until it is shown. */
async function show(page: Page, { path, open }: Popup): Promise<void> {
  await page.goto(`${web.url}${path}`);
  if (path.startsWith("/w/")) await page.getByRole("treeitem", { name: "Onboarding" }).waitFor();
  if (path.includes("/d/")) await page.locator(".cm-content").waitFor();
  await open(page);
  await page.getByRole("menu").or(page.getByRole("dialog")).waitFor();
}

/** The name of the focused control. */
const readFocusedName = (page: Page) =>
  page.evaluate(() => {
    const focused = document.activeElement;
    const isField = focused instanceof HTMLInputElement || focused instanceof HTMLSelectElement;
    return (isField ? focused.labels?.[0] : focused)?.textContent;
  });

describe.each(["light", "dark"] as const)("in %s mode,", (colorScheme) => {
  it("open menus and dialogs have no accessibility violations", { timeout: 300_000 }, async () => {
    const { page, failures } = await web.person({ colorScheme });
    await signIn(page, web.url, "ada");
    for (const [name, popup] of Object.entries({ ...menus, ...dialogs })) {
      await show(page, popup);
      expect(await findBarriers(page), name).toEqual([]);
    }
    expect(failures).toEqual([]);
  });
});

describe("a dialog", () => {
  it("starts at its first field, or else at its first control", async () => {
    const { page, failures } = await web.person();
    await signIn(page, web.url, "ada");
    for (const [name, dialog] of Object.entries(dialogs)) {
      await show(page, dialog);
      await expect.poll(() => readFocusedName(page), { message: name }).toBe(dialog.focused);
    }
    expect(failures).toEqual([]);
  });
});

describe("the focus", () => {
  it("stays near controls that disappear, and in a dialog whose form is replaced", async () => {
    const title = "Reviewed";
    const content = "First passage.\n\nSecond passage.\n";
    const { id } = await ada.document.create.mutate({ workspaceId, title, content });
    for (const quote of ["First", "Second"])
      await ada.document.comment.create.mutate({ documentId: id, body: `About ${quote}`, anchor: { quote } });
    const { page, failures } = await web.person();
    await signIn(page, web.url, "ada");
    await page.goto(`${web.url}${home}/d/${id}`);
    await page.getByRole("button", { name: "Comments" }).press("Enter");
    const threads = page.getByRole("article", { name: /^Thread about/ });
    await threads.nth(1).waitFor();
    await threads.first().getByRole("button", { name: "Resolve" }).press("Enter");
    await page.locator("article[aria-label='Thread about Second'] :focus").waitFor();
    await page.getByRole("button", { name: "Reply" }).press("Enter");
    await page.getByRole("textbox", { name: "Reply" }).fill("Done");
    await page.keyboard.press("ControlOrMeta+Enter");
    await page.getByRole("textbox", { name: "Reply" }).waitFor({ state: "detached" });
    await page.locator("article :focus").waitFor();

    await page.getByRole("button", { name: "Share" }).press("Enter");
    await page.getByRole("button", { name: "Create public link" }).press("Enter");
    await page.getByRole("dialog").locator("input[readonly]:focus").waitFor();
    expect(failures).toEqual([]);
  });
});
