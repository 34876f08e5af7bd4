import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";

import { joinWorkspace, setUpOwner, setUpPerson, setUpWeb, signIn } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();
const { ada, workspaceId } = await setUpOwner(web, "Handbook");
if (web.setup.state !== "new") throw new Error("The server has an administrator.");
const { hash } = new URL(web.setup.url);
await ada.auth.admin.claim.mutate({ token: new URLSearchParams(hash.slice(1)).get("token") ?? "" });
const longName = "charlotte-featherstonehaugh-montgomery";
await joinWorkspace(await setUpPerson(web, longName), ada, workspaceId);

const phone = { width: 390, height: 844 };
const phoneOnItsSide = { width: 844, height: 390 };
const tablet = { width: 1180, height: 820 };

const write = async (title: string, content: string) =>
  (await ada.document.create.mutate({ workspaceId, title, content })).id;

async function openDocument(touchScreen: { width: number; height: number }, id: string, view: string) {
  const { page, context, failures } = await web.person({ touchScreen });
  await signIn(page, web.url, "ada");
  await page.evaluate((chosen) => localStorage.setItem("mdreader.view", JSON.stringify(chosen)), view);
  await page.goto(`${web.url}/w/${workspaceId}/d/${id}`);
  await page
    .locator(view === "reading" ? ".prose[data-ready]" : ".cm-content")
    .first()
    .waitFor({ state: "attached" });
  return { page, context, failures };
}

/** The height that a keyboard on a screen takes, in pixels. */
const keyboardHeight = { phoneOnItsSide: 200, tablet: 400 };

/** Makes a window as low as a keyboard on the screen does. */
async function showKeyboard(page: Page, screen: { width: number; height: number }, taken: number) {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("Emulation.setDeviceMetricsOverride", {
    width: screen.width,
    height: screen.height - taken,
    screenWidth: screen.width,
    screenHeight: screen.height,
    deviceScaleFactor: 1,
    mobile: true,
  });
}

/** Buttons and fields in view that are smaller than a finger, and parts of the page that scroll sideways. Links in a text are as high as its lines. */
const findMisfits = (page: Page) =>
  page.evaluate(() => {
    const controls = "button, input:not([type=checkbox], [type=file]), select, textarea, nav a, [role=tab]";
    const small = [...document.querySelectorAll(controls)].filter((control) => {
      const { width, height, bottom } = control.getBoundingClientRect();
      const isInView = control.checkVisibility({ opacityProperty: true }) && bottom > 0 && width > 1;
      return isInView && Math.min(width, height) < 39.5;
    });
    const wide = [
      document.documentElement,
      ...document.querySelectorAll("main, aside, [role=dialog]"),
    ].filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
    return [...small, ...wide].map((element) => element.outerHTML.slice(0, 200));
  });

describe("a phone", () => {
  it("has controls as large as a finger, on pages that don't scroll sideways", async () => {
    const id = await write("Controls", "# Controls\n\nSome text.\n");
    const { page, failures } = await openDocument(phone, id, "source");
    await page.getByRole("button", { name: "More formatting" }).waitFor();
    const misfits: Record<string, string[]> = { document: await findMisfits(page) };
    for (const panel of ["Outline", "Comments", "History"]) {
      await page.getByRole("button", { name: panel, exact: true }).click();
      await page.getByRole("complementary", { name: panel }).waitFor();
      misfits[panel] = await findMisfits(page);
    }
    for (const [path, shown] of [
      [`/w/${workspaceId}/members`, longName],
      ["/admin/users", longName],
      ["/account", "Passkeys"],
    ] as const) {
      await page.goto(`${web.url}${path}`);
      await page.getByRole("main").getByText(shown).first().waitFor();
      misfits[path] = await findMisfits(page);
    }
    await page.goto(`${web.url}/w/${workspaceId}/members`);
    await page.getByRole("button", { name: "Invite" }).click();
    await page.getByRole("dialog").waitFor();
    misfits["dialog"] = await findMisfits(page);
    for (const [name, found] of Object.entries(misfits)) expect(found, name).toEqual([]);
    expect(failures).toEqual([]);
  });

  it("shows all of the link to a heading", async () => {
    const { page } = await openDocument(phone, await write("Linked", "# Linked\n"), "reading");
    const heading = page.locator(".prose h1");
    await heading.hover();
    expect((await heading.locator(".anchor").boundingBox())?.x).toBeGreaterThanOrEqual(0);
  });

  it("offers to write an empty document", async () => {
    const { page, failures } = await openDocument(phone, await write("Empty", ""), "reading");
    await page.getByRole("button", { name: "Start writing" }).tap();
    await page.locator(".cm-content:focus").waitFor();
    await page.keyboard.type("Hello");
    await page.locator(".cm-content", { hasText: "Hello" }).waitFor();
    expect(failures).toEqual([]);
  });

  it("finds text, and shows menus above the panel for it", async () => {
    const { page, failures } = await openDocument(phone, await write("Found", "one two one\n"), "source");
    await page.getByRole("button", { name: "More formatting" }).tap();
    await page.getByRole("menuitem", { name: "Find and replace" }).tap();
    await page.locator(".cm-search [name=search]:focus").waitFor();
    await page.keyboard.type("one");
    await expect.poll(() => page.locator(".cm-searchMatch").count()).toBe(2);
    expect(await findMisfits(page)).toEqual([]);
    await page.getByRole("button", { name: "Document actions" }).tap();
    await page.getByRole("menuitemcheckbox", { name: "Show authors" }).tap({ timeout: 20_000 });
    await page.locator(".cm-search [name=close]").tap({ timeout: 20_000 });
    await page.getByRole("button", { name: "More formatting" }).tap();
    await page.getByRole("menuitem", { name: "Heading 3" }).tap();
    await page.locator(".cm-content:focus", { hasText: "### one two one" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(failures).toEqual([]);
  });

  it("changes the order of documents with the menu of one", async () => {
    const { id } = await ada.workspace.create.mutate({ name: "Ordered" });
    for (const title of ["First", "Second", "Third"])
      await ada.document.create.mutate({ workspaceId: id, title });
    const { page, failures } = await web.person({ touchScreen: phone });
    await signIn(page, web.url, "ada");
    await page.goto(`${web.url}/w/${id}`);
    await page.getByRole("button", { name: "Open sidebar" }).tap();
    await page.getByRole("button", { name: "Menu for First" }).tap();
    await page.getByRole("menuitem", { name: "Move up", disabled: true }).waitFor();
    const down = page.getByRole("menuitem", { name: "Move down" });
    await down.tap();
    await down.tap();
    await page.getByRole("menuitem", { name: "Move down", disabled: true }).waitFor();
    const readNames = async () => {
      const { items } = await ada.document.tree.query({ workspaceId: id });
      return items.map(({ name }) => name);
    };
    await expect.poll(readNames).toEqual(["Second", "Third", "First"]);
    expect(await findBarriers(page)).toEqual([]);
    expect(failures).toEqual([]);
  });
});

describe("the keyboard of a touch screen", () => {
  it("leaves room for the text on a phone on its side, and keeps the cursor in view", async () => {
    const text = Array.from({ length: 40 }, (_, line) => `Line ${line}`).join("\n");
    const { page } = await openDocument(phoneOnItsSide, await write("Low", text), "source");
    const header = page.getByLabel("Title", { exact: true });
    await page.getByText("Line 5", { exact: true }).tap();
    await showKeyboard(page, phoneOnItsSide, keyboardHeight.phoneOnItsSide);
    await header.waitFor({ state: "hidden" });
    await page.getByRole("toolbar", { name: "Formatting" }).waitFor();
    const below = phoneOnItsSide.height - keyboardHeight.phoneOnItsSide;
    const readBottom = async () => {
      const cursor = await page.locator(".cm-cursor-primary").boundingBox();
      return cursor === null ? Infinity : cursor.y + cursor.height;
    };
    await expect.poll(readBottom).toBeLessThanOrEqual(below);
    await showKeyboard(page, phoneOnItsSide, 0);
    await header.waitFor();
    await header.tap();
    await showKeyboard(page, phoneOnItsSide, keyboardHeight.phoneOnItsSide);
    await page.keyboard.type("Later ");
    expect(await header.inputValue()).toMatch(/Later/);
  });

  it("keeps the sidebar of a tablet, in which a name is being typed", async () => {
    const { page } = await openDocument(tablet, await write("Kept", ""), "reading");
    await page.getByRole("button", { name: "Menu for Kept" }).tap();
    await page.getByRole("menuitem", { name: "Rename" }).tap();
    const field = page.getByLabel("New name for Kept");
    await field.fill("Kept name");
    await showKeyboard(page, tablet, keyboardHeight.tablet);
    expect(await page.evaluate(() => innerHeight)).toBe(tablet.height - keyboardHeight.tablet);
    expect(await field.inputValue()).toBe("Kept name");
    expect(await page.getByRole("button", { name: "Open sidebar" }).count()).toBe(0);
  });
});
