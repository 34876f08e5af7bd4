import { strToU8, zipSync } from "fflate";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";

import { setUpPerson, setUpWeb, signIn } from "./app.ts";

const web = await setUpWeb();
const client = await setUpPerson(web, "ada");

async function openWorkspace(): Promise<{ workspaceId: string; page: Page; failures: string[] }> {
  const { id: workspaceId } = await client.workspace.create.mutate({ name: "Notes" });
  const { page, failures } = await web.person();
  await signIn(page, web.url, "ada");
  await page.goto(`${web.url}/w/${workspaceId}`);
  return { workspaceId, page, failures };
}

async function choose(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: "New document or folder" }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

describe("an import", () => {
  it("lists the files that failed and the skipped ones, with reasons", async () => {
    const { workspaceId, page, failures } = await openWorkspace();
    const zip = zipSync({
      "good.md": strToU8("good\n"),
      "other.md": strToU8("other\n"),
      "binary.md": new Uint8Array([0x61, 0, 0x62]),
      ".env": strToU8("TOKEN=secret\n"),
      ".git/config": strToU8("[core]\n"),
    });
    await choose(page, "Import");
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByText("Choose files").click(),
    ]);
    await chooser.setFiles({ name: "notes.zip", mimeType: "application/zip", buffer: Buffer.from(zip) });
    const results = page.getByRole("list", { name: "Import results" });
    await results.getByText("2 new documents").waitFor();
    await page.getByText("1 couldn't be imported").click();
    await page.getByText("binary.md", { exact: true }).waitFor();
    await page.getByText("2 skipped").click();
    for (const path of [".env", ".git/"]) await page.getByText(path, { exact: true }).waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    await results.waitFor({ state: "detached" });
    const { items } = await client.document.list.query({ workspaceId });
    expect(items.map(({ title }) => title)).toContain("good");
    expect(items).toHaveLength(2);
    expect(failures).toEqual([]);
  });
});

async function importFiles(page: Page, files: Record<string, Record<string, string>>): Promise<void> {
  await choose(page, "Import");
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByText("Choose files").click(),
  ]);
  const zip = (entries: Record<string, string>) =>
    Buffer.from(
      zipSync(Object.fromEntries(Object.entries(entries).map(([path, text]) => [path, strToU8(text)]))),
    );
  await chooser.setFiles(
    Object.entries(files).map(([name, entries]) => ({
      name,
      mimeType: "application/zip",
      buffer: zip(entries),
    })),
  );
}

describe("an import of archives", () => {
  it("unpacks each of several, and says if there was nothing in one", async () => {
    const { workspaceId, page, failures } = await openWorkspace();
    await importFiles(page, {
      "one.zip": { "first.md": "1\n", "data.csv": "1\n" },
      "two.zip": { "second.md": "2\n" },
    });
    const results = page.getByRole("list", { name: "Import results" });
    await results.getByText("2 new documents").waitFor();
    await results.getByText("1 file").waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    const { items } = await client.document.list.query({ workspaceId });
    expect(items.map(({ title }) => title).toSorted()).toEqual(["first", "second"]);

    await importFiles(page, { "empty.zip": {} });
    await page.getByText("Nothing was imported, because it contains").waitFor();
    // A click beside the dialog could also have been meant for an import that is running.
    await page.mouse.click(5, 5);
    await page.getByRole("button", { name: "Done" }).click();

    await page.getByRole("button", { name: "New document or folder" }).click();
    await page.getByRole("menuitem", { name: "Files" }).click();
    await page.getByRole("list", { name: "Files" }).getByText("data.csv").waitFor();
    expect(failures).toEqual([]);
  });
});

/** Answers the requests that match `url` only after `release`. */
async function holdRequests(page: Page, url: RegExp) {
  const { promise, resolve: release } = Promise.withResolvers<void>();
  const requested = page.waitForRequest(url);
  await page.route(url, async (route) => {
    await promise;
    await route.continue().catch(() => {}); // canceled meanwhile
  });
  return { requested, release };
}

describe("an import that ends early", () => {
  it("says what a later archive lacks, and still lists what was imported from the others", async () => {
    const { workspaceId, page } = await openWorkspace();
    await choose(page, "Import");
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByText("Choose files").click(),
    ]);
    const zip = Buffer.from(zipSync({ "first.md": strToU8("1\n") }));
    await chooser.setFiles([
      { name: "good.zip", mimeType: "application/zip", buffer: zip },
      { name: "damaged.zip", mimeType: "application/zip", buffer: zip.subarray(0, 40) },
    ]);
    await page.getByRole("alert").waitFor();
    await page.getByRole("list", { name: "Import results" }).getByText("1 new document").waitFor();
    await page.getByText("Choose files").waitFor();
    const { items } = await client.document.list.query({ workspaceId });
    expect(items.map(({ title }) => title)).toEqual(["first"]);
  });

  it("says what stays, after Cancel and after its dialog was closed", async () => {
    const { page, failures } = await openWorkspace();
    const { requested, release } = await holdRequests(page, /\/files\/imports\//);
    await importFiles(page, { "one.zip": { "first.md": "1\n" } });
    await requested;
    await page.getByRole("button", { name: "Cancel" }).click();
    // The server has the archive, and may be unpacking it before it answers.
    await page
      .getByText("Import canceled. Items that were already imported stay in the workspace.")
      .waitFor();
    release();

    await page.unroute(/\/files\/imports\//);
    const { requested: requestedAgain } = await holdRequests(page, /file\.createUpload/);
    await page
      .getByRole("dialog")
      .locator("input[type=file]")
      .last()
      .setInputFiles({
        name: "two.zip",
        mimeType: "application/zip",
        buffer: Buffer.from(zipSync({ "second.md": strToU8("2\n") })),
      });
    await requestedAgain;
    await page.keyboard.press("Escape");
    await page.getByText("Import canceled. Nothing was imported.").waitFor();
    expect(failures).toEqual([]);
  });
});

describe("an export", () => {
  it("reports the names changed for compatibility and their number", async () => {
    const { workspaceId, page, failures } = await openWorkspace();
    for (const title of ["README", "readme", "Readme", "kept"])
      await client.document.create.mutate({ workspaceId, title, content: `${title}\n` });
    const coming = page.waitForEvent("download");
    await choose(page, "Export");
    expect((await coming).suggestedFilename()).toBe("Notes.zip");
    await page
      .getByText(/^Renamed in the archive for compatibility: .+\.md to .+ \(\d\)\.md, and 1 more$/)
      .waitFor();
    expect(failures).toEqual([]);
  });

  it("shows no message if no name was changed", async () => {
    const { workspaceId, page } = await openWorkspace();
    await client.document.create.mutate({ workspaceId, title: "kept", content: "kept\n" });
    const coming = page.waitForEvent("download");
    await choose(page, "Export");
    await coming;
    expect(await page.getByText(/Renamed in the archive/).count()).toBe(0);
  });
});

describe("a document that is too large to save", () => {
  it("shows a notice, can be copied, and is saved once it is shorter", async () => {
    const { id: workspaceId } = await client.workspace.create.mutate({ name: "Large" });
    const content = `${"All work and no play. ".repeat(1000)}\n`.repeat(71);
    const { id } = await client.document.create.mutate({ workspaceId, title: "Large", content });
    const { page, context, failures } = await web.person();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await signIn(page, web.url, "ada");
    await page.goto(`${web.url}/w/${workspaceId}/d/${id}`);
    const editor = page.locator(".cm-content");
    await editor.click();
    await page.keyboard.press("ControlOrMeta+Home");
    const tooMuch = "x".repeat(40_000);
    await editor.evaluate((element, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, tooMuch);
    const notice = page.getByRole("alert").filter({ hasText: "The document is too large to save." });
    await notice.waitFor();
    await notice.getByRole("button", { name: "Copy text" }).click();
    await page.getByText("Text copied").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(tooMuch + content);
    expect((await client.document.get.query({ id })).content).toBe(content);

    await editor.click();
    await page.keyboard.press("ControlOrMeta+z");
    await notice.waitFor({ state: "detached" });
    await page.keyboard.press("ControlOrMeta+Home");
    await page.keyboard.type("Saved. ");
    await expect
      .poll(async () => (await client.document.get.query({ id })).content.slice(0, 7), { timeout: 30_000 })
      .toBe("Saved. ");
    expect(failures).toEqual([]);
  });
});
