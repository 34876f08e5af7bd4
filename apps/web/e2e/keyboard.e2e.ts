import { describe, expect, it } from "vitest";

import { joinWorkspace, setUpOwner, setUpPerson, setUpWeb, signIn } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();
const { ada, workspaceId } = await setUpOwner(web, "Handbook");

/** Opens a new document with this text in the source view. */
async function openDocument(content: string, width = 1440) {
  const { id } = await ada.document.create.mutate({ workspaceId, title: "Draft", content });
  const { page, failures } = await web.person();
  await page.setViewportSize({ width, height: 844 });
  await signIn(page, web.url, "ada");
  await page.goto(`${web.url}/w/${workspaceId}/d/${id}`);
  await page.getByLabel("Title", { exact: true }).waitFor();
  if (width < 768) await page.getByRole("button", { name: "Source", exact: true }).click();
  await page.locator(".cm-content").waitFor();
  return { page, failures, id };
}

describe("shortcuts", () => {
  it("are listed by a question mark, a menu, a command, and a key inside the text", async () => {
    const { page, failures } = await openDocument("Text");
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await page.locator("#main").focus();
    await page.keyboard.press("?");
    await sheet.getByText("Find and replace").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });

    await page.locator(".cm-content").click();
    await page.keyboard.type("?");
    await page.keyboard.press("ControlOrMeta+/");
    await sheet.waitFor();
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
    expect(await page.locator(".cm-content").textContent()).toContain("?");

    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("combobox").fill("shortcuts");
    await page.getByRole("option", { name: "Keyboard shortcuts" }).click();
    await sheet.waitFor();
    expect(failures).toEqual([]);
  });

  it("reassure instead of saving the page as a file", async () => {
    const { page } = await openDocument("Text");
    await page.locator(".cm-content").click();
    await page.keyboard.press("ControlOrMeta+s");
    await page.getByText("MDReader saves every change as you type").waitFor();
  });
});

describe("the toolbar", () => {
  it("is one tab stop with arrow keys", async () => {
    const { page } = await openDocument("Text");
    const bar = page.getByRole("toolbar", { name: "Formatting" });
    await bar.getByRole("button", { name: "Undo" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await bar.locator(":focus").getAttribute("aria-label")).toBe("Bold");
    expect(await bar.locator("button:not([tabindex='-1'])").count()).toBe(1);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    expect(await bar.locator(":focus").getAttribute("aria-label")).toBe("Focus mode");
  });

  it.each([390, 1100, 1440])(
    "shows or offers every command at %d pixels, with an open panel",
    async (width) => {
      const { page } = await openDocument("Text", width);
      if (width > 390) await page.getByRole("button", { name: "Comments" }).click();
      const bar = page.getByRole("toolbar", { name: "Formatting" });
      await bar.getByRole("button", { name: "Comment on the selection" }).waitFor();
      const isWhole = await bar.evaluate((element) => element.scrollWidth <= element.clientWidth);
      expect(isWhole).toBe(true);
      await bar.getByRole("button", { name: "More formatting" }).click();
      await page.getByRole("menuitem", { name: "Table" }).click();
      await page.locator(".cm-content", { hasText: "Column" }).waitFor();
      await bar.getByRole("button", { name: "Undo" }).click();
      await expect.poll(() => page.locator(".cm-content").textContent()).toBe("Text");
      await bar.getByRole("button", { name: "Redo" }).click();
      await page.locator(".cm-content", { hasText: "Column" }).waitFor();
    },
  );
});

describe("on a phone", () => {
  it("the outline gives way to the heading that was chosen", async () => {
    const { page } = await openDocument(`# One\n\n${"Words.\n\n".repeat(60)}## Two\n\nEnd.`, 390);
    await page.getByRole("button", { name: "Reading" }).click();
    await page.getByRole("button", { name: "Outline" }).click();
    await page.getByRole("navigation", { name: "Outline" }).getByRole("button", { name: "Two" }).click();
    await page.getByRole("navigation", { name: "Outline" }).waitFor({ state: "detached" });
    await expect
      .poll(() =>
        page.getByRole("heading", { name: "Two" }).evaluate((heading) => heading.getBoundingClientRect().top),
      )
      .toBeLessThan(844);
  });
});

it("the role of a member changes with the arrow keys, but nobody becomes an owner by one too many", async () => {
  const ben = await setUpPerson(web, "ben");
  await joinWorkspace(ben, ada, workspaceId);
  const readRoleOfBen = async () => (await ben.workspace.get.query({ id: workspaceId })).role;
  const { page, failures } = await web.person();
  await signIn(page, web.url, "ada");
  await page.goto(`${web.url}/w/${workspaceId}/members`);
  const role = page.getByLabel("Role for ben");
  await role.focus();
  await page.keyboard.press("ArrowDown");
  await expect.poll(readRoleOfBen).toBe("admin");
  await expect.poll(() => role.inputValue()).toBe("admin");
  await page.keyboard.press("ArrowDown");
  const dialog = page.getByRole("dialog", { name: "Make ben an owner?" });
  await dialog.waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(await role.inputValue()).toBe("admin");
  expect(await readRoleOfBen()).toBe("admin");
  await role.selectOption("owner");
  await dialog.getByRole("button", { name: "Make owner" }).click();
  await expect.poll(readRoleOfBen).toBe("owner");
  expect(failures).toEqual([]);
});
