import { describe, expect, it } from "vitest";

import { joinWorkspace, setUpOwner, setUpPerson, setUpWeb, signIn } from "./app.ts";

const web = await setUpWeb();
const { ada, workspaceId } = await setUpOwner(web, "Handbook");
const ben = await setUpPerson(web, "ben");
await joinWorkspace(ben, ada, workspaceId);

/** Opens a new document as the given person, in a view. */
async function openDocument(name: string, content: string, view: "Source" | "Split" | "Reading") {
  const { id } = await ada.document.create.mutate({ workspaceId, title: "Read me", content });
  const { page, context, failures } = await web.person();
  await signIn(page, web.url, name);
  await page.goto(`${web.url}/w/${workspaceId}/d/${id}`);
  await page.getByRole("button", { name: view, exact: true }).click();
  await page.locator(".prose[data-ready]").waitFor({ state: "attached" });
  return { page, context, failures, id };
}

/** A PNG of one pixel. */
const dotPng =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

describe("printing", () => {
  it.each(["Source", "Split", "Reading"] as const)("prints only the document from %s view", async (view) => {
    const { page } = await openDocument("ada", "# Heading\n\nSome words.", view);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const text = await page.evaluate("document.body.innerText");
    expect(String(text).trim()).toMatch(/^Heading\s+Some words\.$/);
    const column = await page.locator(".prose").evaluate((element) => element.getBoundingClientRect().width);
    expect(column).toBeGreaterThan(600);
  });
});

/** A formula and a diagram far below the first screen, and a line of code that is wider than a page. */
const longContent = `# Heading

\`\`\`ts
const text = "${"wide ".repeat(60)}";
\`\`\`

${"Some words.\n\n".repeat(150)}
$$ x^2 $$

\`\`\`mermaid
graph TD; A --> B;
\`\`\`
`;

describe("the print command", () => {
  it.each(["Source", "Reading"] as const)("waits for diagrams and formulas, from %s view", async (view) => {
    const { page, failures } = await openDocument("ada", longContent, view);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.evaluate(() => {
      window.print = () => {
        const found = ["[data-drawn] > img", ".math-set"].map(
          (what) => document.querySelectorAll(what).length,
        );
        document.body.dataset["printed"] = found.join();
      };
    });
    await page.getByRole("button", { name: "Document actions" }).click();
    await page.getByRole("menuitem", { name: "Print" }).click();
    await page.locator("body[data-printed]").waitFor({ timeout: 60_000 });
    // A slow machine may need longer than a diagram may take.
    const printAgain = async () => {
      await page.evaluate(() => delete document.body.dataset["printed"]);
      await page.keyboard.press("ControlOrMeta+p");
      const body = page.locator("body[data-printed]");
      await body.waitFor({ timeout: 60_000 });
      return body.getAttribute("data-printed");
    };
    await expect.poll(printAgain, { timeout: 60_000 }).toBe("1,1");

    // Nothing is cut off at the edge of the paper, and lines drawn for a dark page are visible on it.
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const code = page.locator(".prose pre.code");
    expect(await code.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    const filter = await page
      .locator("[data-drawn] > img")
      .evaluate((image) => getComputedStyle(image).filter);
    expect(filter).toContain("invert");
    expect(failures).toEqual([]);
  });

  it("prints an open version alone", async () => {
    const { page } = await openDocument("ada", "# Heading\n\nSome words.", "Reading");
    await page.getByRole("button", { name: "History", exact: true }).click();
    await page.getByRole("list", { name: "Versions" }).getByRole("button").first().click();
    const version = page.getByRole("dialog", { name: "Version 1" });
    await version.getByRole("heading", { name: "Heading" }).waitFor();
    await page.emulateMedia({ media: "print" });
    expect(await version.getByText("Some words.").isVisible()).toBe(true);
    expect(await version.getByRole("button", { name: "Restore this version" }).isVisible()).toBe(false);
    expect(await page.getByRole("region", { name: "Preview", includeHidden: true }).isVisible()).toBe(false);
  });
});

describe("a document without a heading", () => {
  it("shows its title in reading view and in print", async () => {
    const { page } = await openDocument("ada", "Some words.", "Reading");
    const title = page.locator("article").getByRole("heading", { name: "Read me" });
    await title.waitFor();
    await page.getByRole("button", { name: "Split", exact: true }).click();
    await title.waitFor({ state: "hidden" });
    await page.emulateMedia({ media: "print" });
    await title.waitFor();
  });
});

describe("an image", () => {
  it("is enlarged with the keyboard, and Escape returns the focus to it", async () => {
    const { page, failures, id: documentId } = await openDocument("ada", "# Heading", "Reading");
    const dot = new Blob([Buffer.from(dotPng, "base64")]);
    const { path } = await ada.uploadFile(workspaceId, dot, { name: "dot.png", documentId });
    const content = `# Heading\n\n![A dot](${path})`;
    await ada.document.update.mutate({ id: documentId, content, overwrite: true });
    const image = page.getByRole("button", { name: "Enlarge image: A dot" });
    await image.waitFor();
    await expect.poll(() => image.evaluate((shown) => Reflect.get(shown, "naturalWidth"))).toBe(1);
    await image.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "A dot" }).getByRole("img").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await image.evaluate((element) => element.matches(":focus"))).toBe(true);
    expect(failures).toEqual([]);
  });
});

describe("a task", () => {
  it("can be checked only while its reader may edit", async () => {
    const { page } = await openDocument("ben", "- [ ] Water the plants", "Reading");
    const box = page.getByRole("checkbox");
    await box.waitFor();
    expect(await box.isEnabled()).toBe(true);
    const { id: userId } = await ben.auth.me.query();
    await ada.workspace.member.updateRole.mutate({ workspaceId, userId, role: "viewer" });
    await expect.poll(() => box.isDisabled()).toBe(true);
    await ada.workspace.member.updateRole.mutate({ workspaceId, userId, role: "editor" });
    await expect.poll(() => box.isEnabled()).toBe(true);
  });
});
