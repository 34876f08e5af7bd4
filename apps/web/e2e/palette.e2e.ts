import { describe, expect, it } from "vitest";

import { setUpOwner, setUpWeb, signIn } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();
const { ada, workspaceId } = await setUpOwner(web, "Handbook");
const pollOptions = { timeout: 20_000 };

const write = (title: string, content: string) => ada.document.create.mutate({ workspaceId, title, content });
await write("Onboarding", "Bring a laptop.");
await write("Interview with a hospital", "A new document about docs and onboarding.");

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
    await page.getByText("In the text", { exact: true }).waitFor();
    await field.fill("zyzzyva");
    await page.getByRole("option", { name: "Search all documents" }).waitFor();
    await page.getByText("In the text", { exact: true }).waitFor({ state: "detached" });
    await field.fill("shortcust");
    await first.filter({ hasText: "Keyboard shortcuts" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);

    await page.keyboard.press("Escape");
    await page.keyboard.press("ControlOrMeta+k");
    expect(await field.inputValue()).toBe("");
    await field.fill("new doc");
    await first.filter({ hasText: "New document" }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/d\//);
    await page.locator("input[aria-label=Title]:focus").waitFor();

    await page.keyboard.press("ControlOrMeta+k");
    await field.fill("new folder");
    await first.filter({ hasText: "New folder" }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator("input[aria-label^='New name for']:focus").waitFor();
    await page.keyboard.type("Minutes");
    await page.keyboard.press("Enter");
    await page.getByRole("treeitem", { name: "Minutes" }).waitFor();

    await page.keyboard.press("ControlOrMeta+k");
    await field.fill("reading view");
    await first.filter({ hasText: "Reading view" }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".cm-content").waitFor({ state: "detached" });
    expect(failures).toEqual([]);
  });

  it("keeps what is typed while it loads", async () => {
    const { page, failures } = await web.person();
    await signIn(page, web.url, "ada");
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const requested = page.waitForRequest(/\/Palette-[^/]+\.js$/);
    await page.route(/\/Palette-[^/]+\.js$/, async (route) => {
      await released;
      await route.continue();
    });
    await page.getByRole("button", { name: /^Search/ }).click();
    await requested;
    await page.keyboard.type("handx");
    await page.keyboard.press("Backspace");
    release();
    const field = page.getByRole("combobox");
    await expect.poll(() => field.inputValue(), pollOptions).toBe("hand");
    await page.keyboard.type("b");
    await expect.poll(() => field.inputValue(), pollOptions).toBe("handb");
    expect(failures).toEqual([]);
  });

  it("renames, moves and shares the open document, imports, repeats searches, and signs out", async () => {
    const { page, failures } = await web.person();
    const { id } = await ada.document.create.mutate({
      workspaceId,
      title: "Draft",
      content: "# A *lantern*\n",
    });
    await ada.document.folder.create.mutate({ workspaceId, name: "Archive" });
    await signIn(page, web.url, "ada");
    await page.goto(`${web.url}/w/${workspaceId}/d/${id}`);
    await page.locator("input[aria-label=Title]").waitFor();
    const run = async (command: string) => {
      await page.keyboard.press("ControlOrMeta+k");
      await page.getByRole("combobox").fill(command);
      await page.getByRole("option").first().filter({ hasText: command }).waitFor();
      await page.keyboard.press("Enter");
    };

    await run("Rename this document");
    const renaming = page.getByRole("dialog", { name: "Rename document" });
    await renaming.getByLabel("Title").fill("Final");
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await ada.document.get.query({ id })).title, pollOptions).toBe("Final");

    await run("Move this document");
    await page.getByRole("dialog", { name: "Move “Final”" }).getByRole("button", { name: "Archive" }).click();
    await page.getByRole("button", { name: "Move here" }).click();
    await expect
      .poll(async () => (await ada.document.get.query({ id })).folderId, pollOptions)
      .not.toBeNull();

    for (const [command, dialog] of [
      ["Share this document", "Share"],
      ["Import Markdown files", "Import"],
    ] as const) {
      await run(command);
      await page.getByRole("dialog", { name: dialog, exact: true }).waitFor();
      await page.keyboard.press("Escape");
    }

    await page.goto(`${web.url}/w/${workspaceId}/search?q=lantern`);
    await page
      .getByRole("list", { name: "Results for lantern" })
      .getByText("A lantern", { exact: true })
      .waitFor();
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("option", { name: "lantern", exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await run("Sign out");
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
    expect(failures).toEqual([]);
  });
});

describe("the search page", () => {
  it("filters by folder, person and time with the keyboard, and its address keeps the filters", async () => {
    const { page, failures } = await web.person();
    const folder = await ada.document.folder.create.mutate({ workspaceId, name: "Ships" });
    const inner = await ada.document.folder.create.mutate({
      workspaceId,
      name: "Masts",
      parentId: folder.id,
    });
    const galleon = "---\ntags: [ships]\n---\nA **galleon** of oak.";
    const writeIn = (title: string, folderId: string | null) =>
      ada.document.create.mutate({ workspaceId, title, content: galleon, folderId });
    await writeIn("First galleon", inner.id);
    const { id } = await writeIn("Second galleon", folder.id);
    await writeIn("Galleon elsewhere", null);
    await signIn(page, web.url, "ada");
    await page.goto(`${web.url}/w/${workspaceId}/search?q=galleon`);
    const results = page.getByRole("list", { name: "Results for galleon" });
    const titles = () => results.getByRole("link").allTextContents();
    await expect.poll(titles, pollOptions).toHaveLength(3);
    const excerpt = results.getByRole("listitem").filter({ hasText: "A galleon of oak." });
    expect(await excerpt.count()).toBe(3);
    expect(await results.innerText()).not.toContain("tags");

    await page.getByRole("button", { name: "Any folder" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Search in a folder" });
    await dialog.getByRole("button", { name: "Ships" }).press("Enter");
    await dialog.getByRole("button", { name: "Search here" }).press("Enter");
    await page.getByRole("button", { name: "In Ships" }).waitFor();
    await expect.poll(titles, pollOptions).toHaveLength(2);
    await page.getByRole("button", { name: "Best match first" }).press("Enter");
    await page.getByRole("menuitemradio", { name: "Newest first" }).press("Enter");
    await expect.poll(titles, pollOptions).toEqual(["Second galleon", "First galleon"]);
    await page.getByRole("button", { name: "Anyone" }).press("Enter");
    await page.getByRole("menuitemradio", { name: "ada" }).press("Enter");
    await page.getByRole("button", { name: "Any time" }).press("Enter");
    await page.getByRole("menuitemradio", { name: "Past week" }).press("Enter");
    await page.getByRole("button", { name: "Past week", exact: true }).waitFor();
    await page.getByRole("menu").waitFor({ state: "detached" });
    expect(await findBarriers(page)).toEqual([]);

    await page.reload();
    await page.getByRole("button", { name: "In Ships" }).waitFor();
    await page.getByRole("button", { name: "By ada" }).waitFor();
    await expect.poll(titles, pollOptions).toEqual(["Second galleon", "First galleon"]);
    await page.getByRole("button", { name: "Search all folders" }).click();
    await expect.poll(titles, pollOptions).toHaveLength(3);
    await page.goBack();
    await expect.poll(titles, pollOptions).toHaveLength(2);

    await page.goto(`${web.url}/w/${workspaceId}/search?q=galleon&until=2020-01-01`);
    await page.getByText("Try fewer words or filters.").waitFor();
    await page.goto(`${web.url}/w/${workspaceId}/d/${id}`);
    await page.locator("input[aria-label=Title]").waitFor();
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("combobox").fill("galleon");
    await page.getByRole("option", { name: "Search this folder for “galleon”" }).click();
    await page.getByRole("button", { name: "In Ships" }).waitFor();
    await expect.poll(titles, pollOptions).toHaveLength(2);
    expect(failures).toEqual([]);
  });
});

describe("favorites that an earlier version stored in the browser", () => {
  it("move to the server once, without documents that are gone", async () => {
    const { page } = await web.person();
    const { id } = await ada.document.create.mutate({ workspaceId, title: "Kept" });
    const gone = crypto.randomUUID();
    await signIn(page, web.url, "ada");
    await page.evaluate(([key, value]) => localStorage.setItem(key, value), [
      `mdreader.favourites.${workspaceId}`,
      JSON.stringify([
        { id: gone, title: "Gone" },
        { id, title: "Kept" },
      ]),
    ] as const);
    const titles = async () =>
      (await ada.document.favorite.list.query({ workspaceId })).items.map(({ title }) => title);
    await page.goto(`${web.url}/w/${workspaceId}`);
    await page.getByRole("navigation", { name: "Favorites" }).getByText("Kept").waitFor();
    expect(await titles()).toEqual(["Kept"]);
    await ada.document.favorite.remove.mutate({ documentId: id });
    await page.reload();
    await page.getByRole("treeitem", { name: "Kept" }).waitFor();
    expect(await titles()).toEqual([]);
  });
});
