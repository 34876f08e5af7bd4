import { describe, expect, it } from "vitest";

import { setUpOwner, setUpWeb, signIn } from "./app.ts";

const web = await setUpWeb();
const { ada, workspaceId } = await setUpOwner(web, "Handbook");

const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 844 };

const write = async (title: string) =>
  (await ada.document.create.mutate({ workspaceId, title, content: `# ${title}\n\nBring a laptop.\n` })).id;

/** Opens a document on a phone. */
async function openDocument(id: string) {
  const { page, failures } = await web.person();
  await page.setViewportSize(phone);
  await signIn(page, web.url, "ada");
  const show = async (documentId: string) => {
    await page.goto(`${web.url}/w/${workspaceId}/d/${documentId}`);
    await page.locator(".prose[data-ready]").first().waitFor();
  };
  await show(id);
  return { page, failures, show };
}

describe("a phone", () => {
  it("shows a panel above the text only after it was opened in this document", async () => {
    const [first, second] = [await write("First"), await write("Second")];
    const { page, failures, show } = await openDocument(first);
    const panel = page.getByRole("complementary", { name: "Outline" });
    await page.getByRole("button", { name: "Outline" }).click();
    await panel.waitFor();
    await show(first);
    expect(await panel.count()).toBe(0);

    await page.getByRole("button", { name: "Outline" }).click();
    await panel.waitFor();
    await page.getByRole("button", { name: "Open sidebar" }).click();
    await page.getByRole("treeitem", { name: "Second" }).getByRole("link").click();
    await page.waitForURL(`**/d/${second}`);
    await panel.waitFor({ state: "detached" });

    // Beside the text, it stays open.
    await page.setViewportSize(desktop);
    await panel.waitFor();
    await page.setViewportSize(phone);
    await panel.waitFor({ state: "detached" });
    expect(failures).toEqual([]);
  });

  it("names the workspace, and leaves room for messages", async () => {
    const { page, failures } = await openDocument(await write("Third"));
    await page.getByRole("banner").getByText("Handbook", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Document actions" }).click();
    await page.getByRole("menuitem", { name: "Duplicate" }).waitFor();
    await page.getByRole("menuitem", { name: "Move to trash" }).click();
    const message = page.getByText("“Third” was moved to the trash");
    await message.waitFor();
    const readEdges = async () => {
      const [main, toast] = await Promise.all([page.locator("#main").boundingBox(), message.boundingBox()]);
      return main === null || toast === null ? null : main.y + main.height < toast.y;
    };
    await expect.poll(readEdges).toBe(true);
    await message.waitFor({ state: "detached" });
    await expect
      .poll(async () => (await page.locator("#main").boundingBox())?.height)
      .toBe(phone.height - 48);
    expect(failures).toEqual([]);
  });
});
