import { type Client, createClient } from "@mdreader/client";
import { findBrowser } from "@mdreader/testing/browser";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createWorkspace, password, register, signIn, startWebTest, type WebTest } from "./app.ts";

const isInstalled = findBrowser("firefox") !== undefined;
const title = isInstalled ? "Firefox" : "Firefox (skipped: install firefox-esr, or set FIREFOX_PATH)";

let web: WebTest;
let ada: Client;
let workspaceId: string;

beforeAll(async () => {
  if (!isInstalled) return;
  web = await startWebTest({}, "firefox");
  ada = createClient({ url: web.url });
  await ada.auth.register.mutate({ email: "ada@example.test", username: "ada", password });
  workspaceId = (await ada.workspace.create.mutate({ name: "Handbook" })).id;
});
afterAll(async () => {
  if (!isInstalled) return;
  await ada.close();
  await web[Symbol.asyncDispose]();
});

/** Opens a new document in a new browser context. */
async function openNew(content: string, name = "ada") {
  const { id } = await ada.document.create.mutate({ workspaceId, title: "Plan", content });
  return { id, ...(await open(id, name)) };
}

async function open(id: string, name = "ada", offlineApp = false) {
  const { page, context, failures } = await web.person({ offlineApp });
  await signIn(page, web.url, name);
  await page.goto(`${web.url}/w/${workspaceId}/d/${id}`);
  await page.locator(".cm-content").click();
  return { page, context, failures };
}

const readText = async (id: string) => (await ada.document.get.query({ id })).content;
const waitUntilSaved = (page: Page) => page.locator("[data-status=saved]").waitFor();

/** Selects the text of an element with the mouse. */
async function dragOver(page: Page, element: Locator): Promise<void> {
  const box = await element.boundingBox();
  if (box === null) throw new Error("The element is not visible.");
  const middle = box.y + box.height / 2;
  await page.mouse.move(box.x, middle);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width, middle, { steps: 3 });
  await page.mouse.up();
}

const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

describe.runIf(isInstalled)(title, { timeout: 300_000 }, () => {
  it("registers a person, signs them out and in, and creates a workspace", async () => {
    const { page, failures } = await web.person();
    await register(page, web.url, "newcomer");
    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
    await signIn(page, web.url, "newcomer");
    await createWorkspace(page, "Notes");
    await page.getByRole("button", { name: "New document or folder" }).click();
    await page.getByRole("menuitem", { name: "New document" }).click();
    await page.waitForURL(/\/d\//);
    await page.locator(".cm-content").click();
    await page.keyboard.type("# Hello\n\n**World**");
    await page.locator(".prose h1", { hasText: "Hello" }).waitFor();
    await page.locator(".prose strong", { hasText: "World" }).waitFor();
    await waitUntilSaved(page);
    expect(failures).toEqual([]);
  });

  it("shows two people each other's edits and cursors", async () => {
    const ben = createClient({ url: web.url });
    await ben.auth.register.mutate({ email: "ben@example.test", username: "ben", password });
    const { token } = await ada.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
    await ben.workspace.invitation.accept.mutate({ token });
    await ben.close();
    const hers = await openNew("Ada: \n\nBen: \n");
    const his = await open(hers.id, "ben");
    await hers.page.locator('[aria-label="Also viewing"]').getByText("ben").waitFor({ state: "attached" });
    await hers.page.locator(".cm-line", { hasText: "Ada:" }).click();
    await hers.page.keyboard.press("End");
    await his.page.locator(".cm-line", { hasText: "Ben:" }).click();
    await his.page.keyboard.press("End");
    await Promise.all([hers.page.keyboard.type("first words"), his.page.keyboard.type("second words")]);
    await Promise.all([waitUntilSaved(hers.page), waitUntilSaved(his.page)]);
    for (const { page } of [hers, his]) {
      await page.locator(".cm-line", { hasText: "Ada: first words" }).waitFor();
      await page.locator(".cm-line", { hasText: "Ben: second words" }).waitFor();
    }
    expect(await readText(hers.id)).toBe("Ada: first words\n\nBen: second words\n");
    expect([...hers.failures, ...his.failures]).toEqual([]);
  });

  it("pastes what it copied from the reading view as Markdown, and as it is without formatting", async () => {
    const { id, page, failures } = await openNew("# Trip\n\nTake **two** maps.\n\n- water\n- bread");
    await page.locator(".prose li", { hasText: "bread" }).waitFor();
    await page.getByRole("button", { name: "Reading" }).click();
    await page.locator(".cm-content").waitFor({ state: "detached" });
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.press("ControlOrMeta+c");
    await page.getByRole("button", { name: "Split" }).click();
    await page.locator(".cm-content").click();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.press("ControlOrMeta+v");
    await waitUntilSaved(page);
    await expect.poll(() => readText(id)).toBe("# Trip\n\nTake **two** maps.\n\n- water\n- bread");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.press("ControlOrMeta+Shift+v");
    await expect.poll(() => readText(id)).not.toContain("**");
    expect(failures).toEqual([]);
  });

  it("uploads an image and shows it in the preview", async () => {
    const { id, page, failures } = await openNew("");
    await page
      .locator("input[type=file]")
      .setInputFiles({ name: "map.png", mimeType: "image/png", buffer: picture });
    const image = page.locator('.prose img[data-path="attachments/map.png"][src]');
    await image.waitFor();
    await expect
      .poll(() => image.evaluate((one) => (one instanceof HTMLImageElement ? one.naturalWidth : 0)))
      .toBe(1);
    await waitUntilSaved(page);
    expect(await readText(id)).toContain("![map.png](attachments/map.png)");
    expect(failures).toEqual([]);
  });

  it("comments on a selection, and highlights the passage", async () => {
    const { id, page, failures } = await openNew("Bring a **laptop** and curiosity.");
    await page.getByRole("button", { name: "Reading" }).click();
    await page.locator(".cm-content").waitFor({ state: "detached" });
    await dragOver(page, page.locator(".prose[data-ready] strong", { hasText: "laptop" }));
    await page.getByRole("button", { name: "Comment", exact: true }).click();
    await page.getByRole("textbox", { name: "Comment" }).pressSequentially("Which one?");
    await page.getByRole("region", { name: "New comment" }).getByRole("button", { name: "Comment" }).click();
    await page.getByRole("article", { name: /Thread about/ }).waitFor();
    const { items } = await ada.document.comment.list.query({ documentId: id });
    expect(items.map(({ anchor }) => anchor?.quote)).toEqual(["laptop"]);
    await expect
      .poll(() =>
        page.evaluate(() =>
          Array.from(CSS.highlights.get("comment") ?? [], (range) =>
            range instanceof Range ? range.toString() : "",
          ),
        ),
      )
      .toEqual(["laptop"]);
    expect(failures).toEqual([]);
  });

  it("starts offline with what was opened before, and sends the edits when it is back", async () => {
    const { id } = await ada.document.create.mutate({
      workspaceId,
      title: "Packing list",
      content: "Take the brass lantern.\n",
    });
    const { page, context, failures } = await open(id, "ada", true);
    await waitUntilSaved(page);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
    await page.close();
    await web.stop();
    const cold = await context.newPage();
    await cold.goto(`${web.url}/w/${workspaceId}/d/${id}`);
    await cold.locator(".cm-content").getByText("brass lantern").waitFor();
    await cold.locator(".cm-content").click();
    await cold.keyboard.press("ControlOrMeta+End");
    await cold.keyboard.type("And a rope.");
    await cold.locator("[data-status=offline]").waitFor();
    await web.restart();
    await expect.poll(() => readText(id)).toContain("And a rope.");
    expect(failures).toEqual([]);
  });
});
