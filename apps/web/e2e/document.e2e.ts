import { createNetwork } from "@mdreader/testing/browser";
import type { BrowserContext, Page } from "playwright-core";
import { describe, expect, it } from "vitest";

import { joinWorkspace, password, setUpOwner, setUpPerson, setUpWeb } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();
const { ada, workspaceId } = await setUpOwner(web, "Together");
const ben = await setUpPerson(web, "ben");
await joinWorkspace(ben, ada, workspaceId);

const write = (title: string, content: string) => ada.document.create.mutate({ workspaceId, title, content });
const readText = async (id: string) => (await ada.document.get.query({ id })).content;
const waitUntilSaved = (page: Page) => page.locator("[data-status=saved]").waitFor();

/** Opens a document as the given person in a new browser context. */
async function open(name: string, id: string, prepare = async (_context: BrowserContext) => {}) {
  const person = await web.person();
  await prepare(person.context);
  await person.page.goto(`${web.url}/login?next=${encodeURIComponent(`/w/${workspaceId}/d/${id}`)}`);
  await person.page.getByLabel("Email", { exact: true }).fill(`${name}@example.test`);
  await person.page.getByLabel("Password").fill(password);
  await person.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await person.page.locator(".cm-content").waitFor();
  return person;
}

/** The number of documents stored in the browser. It stores them shortly after loading. */
const countStoredDocuments = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const opening = indexedDB.open("mdreader");
        opening.addEventListener("success", () => {
          const count = opening.result.transaction("states").objectStore("states").count();
          count.addEventListener("success", () => {
            opening.result.close();
            resolve(count.result);
          });
        });
      }),
  );

/** Moves the cursor to the end of the source. */
async function moveToEnd(page: Page): Promise<void> {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+End");
}

describe("the document page", () => {
  it("supports lists, tables, slash commands, tasks and images without losing text", async () => {
    const { id } = await write("Draft", "# Draft\n\n- [ ] a task\n\n## Second part\n\nThe end.\n\n");
    const { page, failures } = await open("ada", id);

    await moveToEnd(page);
    await page.keyboard.type("1. one\ntwo\n");
    await page.keyboard.press("Enter"); // an empty item ends the list
    await page.keyboard.type("/tab");
    await page.getByRole("option", { name: "Table", exact: true }).click();
    await page.keyboard.type("Name");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Age");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Ada");
    await page.keyboard.press("Tab");
    await page.keyboard.type("36");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Ben");
    await page.locator(".prose td", { hasText: "Ben" }).waitFor();

    await page.locator(".prose").getByRole("checkbox").check();
    await page.getByRole("button", { name: "Outline" }).click();
    await page
      .getByRole("navigation", { name: "Outline" })
      .getByRole("button", { name: "Second part" })
      .click();
    await page.locator(".cm-activeLine", { hasText: "## Second part" }).waitFor();

    await moveToEnd(page);
    await page.keyboard.type("\n\n");
    const picture = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    await page
      .locator("input[type=file]")
      .setInputFiles({ name: "a (1).png", mimeType: "image/png", buffer: picture });
    await page.locator('.prose img[data-path^="attachments/"][src]').waitFor();
    await waitUntilSaved(page);

    const text = await readText(id);
    expect(text).toContain("- [x] a task");
    expect(text).toContain("1. one\n2. two\n");
    expect(text).toMatch(/\| Name \| Age \|\n\| ---- \| --- \|\n\| Ada {2}\| 36 {2}\|\n\| Ben +\| +\|\n/);
    expect(text).toContain("![a (1).png](attachments/a%20%281%29.png)");
    expect(await findBarriers(page)).toEqual([]);
    expect(failures).toEqual([]);
  });

  it("works offline, even after a reload, and saves once it is back online", async () => {
    const { id } = await write("Train", "On the train: ");
    const line = createNetwork();
    const { page } = await open("ada", id, line.through);
    await waitUntilSaved(page);
    await line.cut();
    await page.locator("[data-status=offline]").waitFor();
    await moveToEnd(page);
    await page.keyboard.type("no network here.");
    await page.getByText("Offline: changes are saved in this browser").waitFor();
    await expect.poll(() => countStoredDocuments(page)).toBeGreaterThan(0);
    page.removeAllListeners("dialog"); // this dialog is expected: there are unsaved edits
    page.once("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await page.locator(".cm-line", { hasText: "no network here." }).waitFor();
    await page.locator("[data-status=offline]").waitFor();
    line.mend();
    // After several attempts, the next retry may be half a minute away.
    await page.locator("[data-status=saved]").waitFor({ timeout: 60_000 });
    expect(await readText(id)).toBe("On the train: no network here.");
  });

  it("completes document links, follows them and lists backlinks", async () => {
    const folderId = (await ada.document.folder.create.mutate({ workspaceId, name: "Guides" })).id;
    const guide = await ada.document.create.mutate({
      workspaceId,
      folderId,
      title: "On profiling",
      content: "# Fast\n",
    });
    const { id } = await write("Index", "");
    const { page } = await open("ada", id);
    await moveToEnd(page);
    await page.keyboard.type("see [[profil");
    await page.getByRole("option", { name: /On profiling/ }).click();
    await page.locator(".prose").getByRole("link", { name: "On profiling" }).waitFor();
    await waitUntilSaved(page);
    expect(await readText(id)).toBe("see [On profiling](Guides/On%20profiling.md)");
    await page.locator(".prose").getByRole("link", { name: "On profiling" }).click();
    await page.waitForURL(new RegExp(guide.id));
    await page.getByRole("button", { name: "Backlinks" }).click();
    await page
      .getByRole("complementary", { name: "Backlinks" })
      .getByRole("link", { name: /Index/ })
      .waitFor();
  });
});

describe("collaborators in one document", () => {
  it("comment, see each other and restore versions; a demoted editor can't edit", async () => {
    const { id } = await write("Plan", "# Plan\n\nWe go by train.\n");
    await ada.document.update.mutate({ id, content: "# Plan\n\nWe go by aeroplane.\n", overwrite: true });
    const [hers, his] = [await open("ada", id), await open("ben", id)];
    await his.page.getByRole("button", { name: "ada" }).waitFor();

    await his.page.locator(".cm-line", { hasText: "aeroplane" }).click();
    await his.page.keyboard.press("End");
    await his.page.keyboard.press("Shift+Home");
    await his.page.getByRole("button", { name: "Comment on the selection" }).click();
    await his.page.getByRole("textbox", { name: "Comment" }).fill("Why not by train, @a");
    await his.page.getByRole("list", { name: "Members" }).getByRole("button", { name: /ada/ }).click();
    await his.page.getByRole("textbox", { name: "Comment" }).press("Control+Enter");

    await hers.page.locator(".comment-range").first().click();
    const thread = hers.page.getByRole("article", { name: /Thread about/ });
    await thread.getByText("Why not by train").waitFor();
    await thread.getByRole("button", { name: "Reply" }).click();
    await thread.getByRole("textbox", { name: "Reply" }).fill("You are right.");
    await thread.getByRole("button", { name: "Reply" }).click();
    await his.page.getByText("You are right.").waitFor();
    expect(await findBarriers(hers.page)).toEqual([]);

    await hers.page.getByRole("button", { name: "Document actions" }).click();
    await hers.page.getByRole("menuitemcheckbox", { name: "Show authors" }).click();
    await hers.page
      .locator(".cm-writers")
      .getByTitle(/^ada, /)
      .first()
      .waitFor();
    expect(await hers.page.locator(".cm-writers").textContent()).toContain("ada");

    await hers.page.getByRole("button", { name: "History" }).click();
    await hers.page
      .getByRole("list", { name: "Versions" })
      .getByRole("button", { name: /Created/ })
      .click();
    await hers.page.getByRole("tab", { name: "Compare with current" }).click();
    await hers.page.locator("mark", { hasText: "train" }).first().waitFor();
    expect(await findBarriers(hers.page)).toEqual([]);
    await hers.page.getByRole("button", { name: "Restore this version" }).click();
    await his.page.locator(".cm-line", { hasText: "We go by train." }).waitFor();

    const { items } = await ada.workspace.member.list.query({ workspaceId });
    const userId = items.find(({ user }) => user.username === "ben")?.user.id ?? "";
    await ada.workspace.member.updateRole.mutate({ workspaceId, userId, role: "viewer" });
    await his.page.getByText("You can read this document but no longer edit it").waitFor();
    await his.page.locator(".cm-content").click();
    await his.page.keyboard.type("not allowed");
    expect(await his.page.locator(".cm-content").textContent()).not.toContain("not allowed");
    await ada.document.delete.mutate({ id });
    await his.page
      .getByRole("alert")
      .getByText(/trash|access/)
      .waitFor();
    expect([...hers.failures, ...his.failures]).toEqual([]);
  });
});
