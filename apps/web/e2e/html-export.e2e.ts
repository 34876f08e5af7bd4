import { type Client, createClient } from "@mdreader/client";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";

import { password, setUpWeb, signIn } from "./app.ts";
import { hostile } from "./hostile.ts";

const web = await setUpWeb();

interface Writer {
  page: Page;
  api: Client;
  workspaceId: string;
}

async function createWriter(username: string): Promise<Writer> {
  const api = createClient({ url: web.url });
  await api.auth.register.mutate({ email: `${username}@example.test`, username, password });
  const { id: workspaceId } = await api.workspace.create.mutate({ name: "Exports" });
  const { page } = await web.person();
  await signIn(page, web.url, username);
  return { page, api, workspaceId };
}

/** Downloads a document as HTML, and opens the file. */
async function openExported({ page, workspaceId }: Writer, id: string): Promise<Page> {
  await page.goto(`${web.url}/w/${workspaceId}/d/${id}`);
  await page.getByRole("button", { name: "Document actions" }).click();
  const coming = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download as HTML" }).click();
  const download = await coming;
  // The browser identifies a file by its extension, and deletes it when it closes.
  const file = `${await download.path()}.html`;
  await download.saveAs(file);
  const saved = await page.context().newPage();
  await saved.goto(`file://${file}`);
  return saved;
}

describe("a document that is downloaded as HTML", () => {
  it("is a self-contained page with styles and links to the app", async () => {
    const writer = await createWriter("exporter");
    const { api, workspaceId, page } = writer;
    const { id } = await api.document.create.mutate({
      workspaceId,
      title: "Road map",
      content: "## Next\n\n- [x] done\n\n[[Road map]]\n\n> [!tip]\n> Go.\n",
    });
    const saved = await openExported(writer, id);
    expect(await saved.title()).toBe("Road map");
    await saved.getByRole("heading", { name: "Road map" }).waitFor();
    const link = saved.getByRole("link", { name: "Road map" });
    expect(await link.getAttribute("href")).toBe(`${web.url}/w/${workspaceId}/d/${id}`);
    expect(await saved.getByRole("checkbox").isDisabled()).toBe(true);
    // The policy permits the page's own styles.
    expect(await saved.locator("main").evaluate((main) => getComputedStyle(main).maxWidth)).not.toBe("none");
    await api.close();
    await page.context().close();
  });

  it("runs nothing, whatever it contains", async () => {
    const writer = await createWriter("distrusted");
    const { api, workspaceId, page } = writer;
    const { id } = await api.document.create.mutate({ workspaceId, title: "</title><b>", content: hostile });
    const elsewhere: string[] = [];
    page.context().on("requestfinished", (request) => {
      if (request.url().includes("evil.test")) elsewhere.push(request.url());
    });
    const saved = await openExported(writer, id);
    await saved.getByText("The end.").waitFor();
    expect(await saved.title()).toBe("</title><b>");
    const forbidden = saved.locator(
      "body :is(script, iframe, form, object, style, base, meta, svg, math, input:not([type=checkbox]), [style], [name], [onerror], [onload], [onclick], [ontoggle])",
    );
    expect(await forbidden.count()).toBe(0);
    for (const link of await saved.locator("a[href]").all())
      expect(await link.getAttribute("href")).toMatch(/^(?:https?:\/\/|#)/);
    expect(await saved.evaluate("window.ran")).toBeUndefined();
    expect(elsewhere).toEqual([]);
    await api.close();
    await page.context().close();
  });
});
