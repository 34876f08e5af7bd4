import { describe, expect, it } from "vitest";

import { setUpOwner, setUpWeb, signIn } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();
const { ada, workspaceId } = await setUpOwner(web, "Handbook");

const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

async function openDocument(content: string) {
  const { id } = await ada.document.create.mutate({ workspaceId, title: "Pictures", content });
  const { page, context, failures } = await web.person();
  await page.setViewportSize({ width: 1440, height: 844 });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn(page, web.url, "ada");
  await page.goto(`${web.url}/w/${workspaceId}/d/${id}`);
  await page.locator(".cm-content").waitFor();
  return { page, failures, id };
}

describe("the files of a folder", () => {
  it("are listed from the folder's menu, with those of its documents", async () => {
    const { id: folderId } = await ada.document.folder.create.mutate({ workspaceId, name: "Trip" });
    const { id: documentId } = await ada.document.create.mutate({ workspaceId, folderId, title: "Plan" });
    await ada.uploadFile(workspaceId, new Blob([picture]), { folderId, path: "map.png", name: "map.png" });
    await ada.uploadFile(workspaceId, new Blob([picture]), { documentId, name: "view.png" });
    const { page, failures } = await openDocument("");
    await page.getByRole("treeitem", { name: "Trip" }).click({ button: "right" });
    await page.getByRole("menuitem", { name: "Files" }).click();
    const dialog = page.getByRole("dialog", { name: "Files in “Trip”" });
    await dialog.getByText("view.png").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Actions for map.png" }).click();
    await page.getByRole("menuitem", { name: "Move to trash" }).click();
    await dialog.getByText("map.png").waitFor({ state: "detached" });
    expect(failures).toEqual([]);
  });
});

describe("the attachments of a document", () => {
  it("are found, reused, renamed with their links, and deleted with an undo", async () => {
    const { page, failures, id } = await openDocument("");
    await page
      .locator("input[type=file]")
      .setInputFiles({ name: "a (1).png", mimeType: "image/png", buffer: picture });
    await page.locator('.prose img[data-path^="attachments/"][src]').waitFor();
    await page.getByRole("button", { name: "Attachments" }).click();
    const files = page.getByRole("list", { name: "Files" });
    await files.getByText("a (1).png").waitFor();
    await page.getByText(/This workspace uses \d+ bytes of/).waitFor();
    expect(await findBarriers(page)).toEqual([]);

    await files.getByRole("button", { name: "Actions for a (1).png" }).click();
    await page.getByRole("menuitem", { name: "Rename" }).click();
    await page.getByLabel("New name for a (1).png").fill("b.png");
    await page.keyboard.press("Enter");
    await files.getByText("b.png", { exact: true }).waitFor();
    await page.locator(".cm-content", { hasText: "(attachments/b.png)" }).waitFor();
    await page.locator("[data-status=saved]").waitFor();

    await page.locator(".cm-content").click();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.press("Delete");
    await files.getByText("not used in the document").waitFor();
    await files.getByRole("button", { name: "Actions for b.png" }).click();
    await page.getByRole("menuitem", { name: "Insert into document" }).click();
    await page.locator(".cm-content", { hasText: "![b.png](attachments/b.png)" }).waitFor();
    await page.locator('.prose img[data-path="attachments/b.png"][src]').waitFor();

    await files.getByRole("button", { name: "Actions for b.png" }).click();
    await page.getByRole("menuitem", { name: "Move to trash" }).click();
    await files.getByText("b.png").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo", exact: true }).last().click();
    await files.getByText("b.png", { exact: true }).waitFor();
    const { items } = await ada.file.list.query({ workspaceId, documentId: id });
    expect(items.map(({ path }) => path)).toEqual(["attachments/b.png"]);
    expect(failures).toEqual([]);
  });
});

describe("copying", () => {
  it("takes the document without the page around it, as rich text, Markdown or a selection", async () => {
    const { page } = await openDocument("# Heading\n\nSome **bold** words.");
    await page.locator(".prose strong").waitFor();
    await page.getByRole("button", { name: "Document actions" }).click();
    await page.getByRole("menuitem", { name: "Copy as rich text" }).click();
    await page.getByText("Copied as rich text").waitFor();
    const html = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      return (await item?.getType("text/html"))?.text() ?? "";
    });
    expect(html).toMatch(/<h1[^>]*>Heading<\/h1>.*Some <strong>bold<\/strong> words\./s);
    expect(html).not.toContain("anchor");

    await page.getByRole("button", { name: "Document actions" }).click();
    await page.getByRole("menuitem", { name: "Copy as Markdown" }).click();
    await page.getByText("Copied as Markdown").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      "# Heading\n\nSome **bold** words.",
    );

    await page.getByRole("button", { name: "Reading" }).click();
    await page.locator(".cm-content").waitFor({ state: "detached" });
    await page.keyboard.press("ControlOrMeta+a");
    const selected = await page.evaluate(() => getSelection()?.toString().trim());
    expect(selected).toMatch(/^Heading\s+Some bold words\.$/);
  });
});
