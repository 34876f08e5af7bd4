import { createClient } from "@mdreader/client";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";

import { password, setUpWeb, signIn } from "./app.ts";
import { expectHarmless, hostile } from "./hostile.ts";

const web = await setUpWeb();

/** Registers a person and creates a document to share, through the client. */
async function createSharer(name: string, content: string) {
  const api = createClient({ url: web.url });
  await api.auth.register.mutate({ email: `${name}@example.test`, username: name, password });
  const { id: workspaceId } = await api.workspace.create.mutate({ name: "Handbook" });
  const { id: documentId } = await api.document.create.mutate({ workspaceId, title: "The plan", content });
  return { api, documentId };
}

/** A PNG of one pixel. */
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** Simulates returning to an open page. */
const returnToTab = (page: Page) => page.evaluate('window.dispatchEvent(new Event("visibilitychange"))');

it("is listed on a phone with its password and all of its expiry date", async () => {
  const { api, documentId } = await createSharer("lister", "# Plan\n");
  const { workspaceId } = await api.document.get.query({ id: documentId });
  await api.document.share.create.mutate({ documentId, password: "correct horse", expiresInDays: 30 });
  const { page, failures } = await web.person({ touchScreen: { width: 390, height: 844 } });
  await signIn(page, web.url, "lister");
  await page.goto(`${web.url}/w/${workspaceId}/d/${documentId}`);
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByText("read this document and open the images and files in it").waitFor();
  const details = page.getByText(/password-protected · expires/);
  expect(await details.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
  expect(failures).toEqual([]);
  await api.close();
});

describe("a shared document", () => {
  it("is readable without an account, follows edits, and is gone once the link is revoked", async () => {
    const { api, documentId } = await createSharer("sharer", "# Welcome\n\nBring a **laptop**.\n");
    const share = await api.document.share.create.mutate({ documentId });
    const { page, failures } = await web.person();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    const answer = await page.goto(`${web.url}/s/${share.token}`);
    await page.getByRole("heading", { name: "Welcome" }).waitFor();
    expect(await page.locator(".prose strong").textContent()).toBe("laptop");
    expect(await page.title()).toContain("The plan");
    expect(await page.getByRole("link", { name: /sign in/i }).count()).toBe(0);

    const headers = answer?.headers() ?? {};
    expect(headers["x-robots-tag"]).toContain("noindex");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["content-security-policy"]).toMatch(/script-src 'self';.*form-action 'none'/);
    expect(await page.locator("meta[name=robots]").getAttribute("content")).toContain("noindex");
    // The page makes no requests for the app or for a session.
    expect(asked.filter((path) => path.startsWith("/trpc"))).toEqual(["/trpc/document.share.read"]);

    await api.document.update.mutate({ id: documentId, content: "# Changed\n", overwrite: true });
    await returnToTab(page);
    await page.getByRole("heading", { name: "Changed" }).waitFor();

    await api.document.share.revoke.mutate({ documentId, id: share.id });
    await returnToTab(page);
    await page.getByRole("heading", { name: "This link doesn't work" }).waitFor();
    expect(await page.locator(".prose").count()).toBe(0);
    expect(failures).toEqual([]);
    await api.close();
  });

  it("requires its password, and then shows the document with its images", async () => {
    const { api, documentId } = await createSharer("guarded", "# Secret\n");
    const { workspaceId } = await api.document.get.query({ id: documentId });
    const picture = await api.uploadFile(workspaceId, new Blob([png]), { name: "dia gram.png", documentId });
    const content = `# Secret\n\n![drawn](<${picture.path}>)\n`;
    await api.document.update.mutate({ id: documentId, content, overwrite: true });
    const { token } = await api.document.share.create.mutate({ documentId, password: "correct horse" });
    const { page, failures } = await web.person();
    await page.goto(`${web.url}/s/${token}`);
    await page.getByLabel("Password").fill("wrong horse");
    await page.getByRole("button", { name: "Open" }).click();
    expect(await page.getByRole("alert").textContent()).toContain("The password for this link is incorrect");
    expect(await page.content()).not.toMatch(/Secret|The plan/);
    await page.getByLabel("Password").fill("correct horse");
    await page.getByRole("button", { name: "Open" }).click();
    await page.getByRole("heading", { name: "Secret" }).waitFor();
    const drawn = page.locator("img[alt=drawn]");
    await expect.poll(() => drawn.evaluate((image) => Reflect.get(image, "naturalWidth"))).toBe(1);
    await returnToTab(page);
    await api.document.update.mutate({ id: documentId, content: "# Changed\n", overwrite: true });
    await returnToTab(page);
    await page.getByRole("heading", { name: "Changed" }).waitFor();
    expect(failures).toEqual([]);
    await api.close();
  });

  it("names itself in previews of its link unless it has a password", async () => {
    const { api, documentId } = await createSharer("named", "# One\n\n## Two\n");
    await api.document.update.mutate({ id: documentId, title: 'A "plan" <b>' });
    const open = await api.document.share.create.mutate({ documentId });
    const guarded = await api.document.share.create.mutate({ documentId, password: "correct horse" });
    const read = async (token: string) => (await fetch(`${web.url}/s/${token}`)).text();
    const html = await read(open.token);
    expect(html).toContain('<meta property="og:title" content="A &quot;plan&quot; &lt;b&gt;" />');
    expect(await read(guarded.token)).toBe(await read("never-was"));
    expect(await read(guarded.token)).not.toContain("plan");
    for (const path of ["/robots.txt", "/favicon.ico", "/apple-touch-icon.png"])
      expect([path, (await fetch(web.url + path)).status]).toEqual([path, 200]);
    expect(await (await fetch(`${web.url}/robots.txt`)).text()).toContain("Disallow: /s/");
    await api.close();
  });

  it("has an outline, a switch of the theme, and prints", async () => {
    const { api, documentId } = await createSharer("outlined", `# One\n\n${"Words.\n\n".repeat(80)}## Two\n`);
    const { token } = await api.document.share.create.mutate({ documentId });
    const { page, failures } = await web.person();
    await page.goto(`${web.url}/s/${token}`);
    await page.getByText("Outline").click();
    await page.getByRole("navigation", { name: "Outline" }).getByRole("button", { name: "Two" }).click();
    await expect
      .poll(() =>
        page.getByRole("heading", { name: "Two" }).evaluate((two) => two.getBoundingClientRect().top),
      )
      .toBeLessThan(800);
    await page.getByRole("button", { name: "Toggle light and dark theme" }).click();
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await page.emulateMedia({ media: "print" });
    await page.getByRole("heading", { name: "The plan" }).waitFor();
    expect(await page.getByRole("button", { name: "Print" }).isVisible()).toBe(false);
    expect(failures).toEqual([]);
    await api.close();
  });

  it("opens its files, and says that a linked document isn't shared", async () => {
    const { api, documentId } = await createSharer("linker", "# Links\n");
    const { workspaceId } = await api.document.get.query({ id: documentId });
    await api.document.create.mutate({ workspaceId, title: "Private plan" });
    // The extension is too long to be recognized as that of a file.
    const file = await api.uploadFile(workspaceId, new Blob(["{}"]), { name: "map.excalidraw", documentId });
    const content = `[other](<Private plan.md>) and [map](<${file.path}>)\n`;
    await api.document.update.mutate({ id: documentId, content, overwrite: true });
    const { token } = await api.document.share.create.mutate({ documentId });
    const { page, context, failures } = await web.person();
    await page.goto(`${web.url}/s/${token}`);
    await page.getByRole("link", { name: "other" }).click();
    const notice = page.getByText("This link leads to a document that isn't shared with you.");
    await notice.waitFor();
    expect(context.pages()).toHaveLength(1);
    await page.getByRole("button", { name: "Dismiss" }).click();
    await notice.waitFor({ state: "detached" });
    const [request] = await Promise.all([
      context.waitForEvent("request", (sent) => sent.method() === "GET" && sent.url().includes("excalidraw")),
      page.getByRole("link", { name: "map" }).click(),
    ]);
    expect((await request.response())?.status()).toBe(200);
    expect(await notice.count()).toBe(0);
    expect(failures).toEqual([]);
    await api.close();
  });

  it("that never existed is indistinguishable from a revoked one", async () => {
    const { page } = await web.person();
    await page.goto(`${web.url}/s/never-was`);
    await page.getByRole("heading", { name: "This link doesn't work" }).waitFor();
  });

  it("with malicious content runs nothing in the reader's browser", async () => {
    const { api, documentId } = await createSharer("hostile", hostile);
    const { token } = await api.document.share.create.mutate({ documentId });
    const { page, failures } = await web.person();
    const elsewhere: string[] = [];
    page.on("requestfinished", (request) => {
      if (request.url().includes("evil.test")) elsewhere.push(request.url());
    });
    await page.goto(`${web.url}/s/${token}`);
    await expectHarmless(page);
    expect(elsewhere).toEqual([]);
    expect(failures).toEqual([]);
    await api.close();
  });
});
