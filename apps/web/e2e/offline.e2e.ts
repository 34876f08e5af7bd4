import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { BrowserContext, Page } from "playwright-core";
import { describe, expect, it } from "vitest";

import { setUpOwner, setUpWeb, signIn } from "./app.ts";

const web = await setUpWeb();
const { ada, workspaceId } = await setUpOwner(web, "Handbook");

const write = async (title: string, content: string) =>
  (await ada.document.create.mutate({ workspaceId, title, content })).id;
const openedId = await write("Packing list", "Take the brass lantern.\n");
const unopenedId = await write("Unopened", "Nobody has read this.\n");

/** On a busy machine, a page that also stores the app takes a while. */
const timeoutMs = 90_000;
const testTimeoutMs = 300_000;
const pollOptions = { timeout: timeoutMs };

const toAddress = (documentId: string) => `${web.url}/w/${workspaceId}/d/${documentId}`;

/** Signs in and opens a document, and waits until the app is stored in the browser. */
async function createReader(): Promise<{ page: Page; context: BrowserContext; failures: string[] }> {
  const { page, context, failures } = await web.person({ offlineApp: true });
  context.setDefaultTimeout(timeoutMs);
  await signIn(page, web.url, "ada");
  await page.goto(toAddress(openedId));
  await page.locator(".cm-content").getByText("brass lantern").waitFor();
  await page.locator("[data-status=saved]").waitFor();
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null), pollOptions)
    .toBe(true);
  return { page, context, failures };
}

/** The number of caches and workers in the browser. */
const readInstalled = (page: Page) =>
  page.evaluate(async () => ({
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }));

describe("a start without a connection", { timeout: testTimeoutMs }, () => {
  it("opens what the person opened before, says what isn't stored, and sends edits when they are back", async () => {
    const { page, context, failures } = await createReader();
    await page.close();
    await context.setOffline(true);
    const cold = await context.newPage();
    await cold.goto(`${web.url}/`);
    await cold.getByRole("link", { name: "Handbook" }).first().click();
    await cold.getByRole("treeitem", { name: "Packing list" }).click();
    await cold.locator(".cm-content").getByText("brass lantern").waitFor();
    await cold.locator(".cm-content").click();
    await cold.keyboard.press("ControlOrMeta+End");
    await cold.keyboard.type("And a rope.");
    await cold.locator("[data-status=offline]").waitFor();
    await cold.goto(toAddress(unopenedId));
    await cold.getByText("This document isn't available offline").waitFor();
    await context.setOffline(false);
    await cold.locator(".cm-content").getByText("Nobody has read this").waitFor();
    await cold.goto(toAddress(openedId));
    const text = async () => (await ada.document.get.query({ id: openedId })).content;
    await expect.poll(text, pollOptions).toContain("And a rope.");
    expect(failures).toEqual([]);
  });

  it("shows the sign-in page and nothing else once the session could no longer be renewed", async () => {
    const { page, context } = await createReader();
    await page.evaluate(() =>
      localStorage.setItem("mdreader.session", JSON.stringify({ expiresAt: new Date(0).toISOString() })),
    );
    await page.goto("about:blank");
    await context.setOffline(true);
    await page.goto(toAddress(openedId));
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
    const stored = await page.evaluate(() => Object.keys(localStorage));
    expect(stored.filter((key) => /session|tree/.test(key))).toEqual([]);
    // Going back leads to the same page.
    await page.goto(`${web.url}/w/${workspaceId}`);
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  });
});

describe("the worker", { timeout: testTimeoutMs }, () => {
  it("answers no request of the server's own paths, and stores static files only", async () => {
    const { page, context } = await createReader();
    const paths = [
      "/trpc/x",
      "/ws",
      "/stream",
      "/api/v1/info",
      "/files/x",
      "/s/x",
      "/mcp",
      "/oauth/x",
      "/docs",
    ];
    const answered = await page.evaluate(
      async (addresses) => {
        const found = [];
        for (const address of addresses) {
          await fetch(address).catch(() => null);
          const entries = performance.getEntriesByName(new URL(address, location.href).href);
          // The worker has a start time only in entries of requests that it answered.
          for (const entry of entries)
            if (entry instanceof PerformanceResourceTiming && entry.workerStart > 0) found.push(address);
        }
        return found;
      },
      paths.filter((path) => path !== "/ws"),
    );
    expect(answered).toEqual([]);
    const stored = await page.evaluate(async () => {
      const urls = [];
      for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys()) urls.push(new URL(url).pathname);
      return urls;
    });
    expect(stored).toContain("/index.html");
    expect(stored.filter((path) => !/^\/(assets\/)?[\w.-]+$/.test(path))).toEqual([]);

    await context.setOffline(true);
    for (const path of paths) {
      const error = await page.goto(`${web.url}${path}`).then(
        () => null,
        (reason: unknown) => String(reason),
      );
      expect(error, path).toMatch(/ERR_/);
    }
  });

  it("goes when the person signs out, with all files, and returns when they sign in", async () => {
    const { page } = await createReader();
    expect(await readInstalled(page)).toEqual({ caches: 1, workers: 1 });
    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
    await expect.poll(() => readInstalled(page), pollOptions).toEqual({ caches: 0, workers: 0 });
    await signIn(page, web.url, "ada");
    await expect.poll(() => readInstalled(page), pollOptions).toEqual({ caches: 1, workers: 1 });
  });
});

describe("a new version of the app", { timeout: testTimeoutMs }, () => {
  it("announces itself, and the open page keeps the chunks of its own version until it reloads", async () => {
    const { page, failures } = await createReader();
    const folder = await mkdtemp(join(tmpdir(), "mdreader-dist-"));
    const webRoot = join(folder, "dist");
    await cp(join(import.meta.dirname, "../dist"), webRoot, { recursive: true });
    await releaseVersion(webRoot);
    // The page also opens while the server restarts.
    await web.stop();
    await page.reload();
    await page.locator(".cm-content").getByText("brass lantern").waitFor();
    await web.restart(webRoot);
    await page.evaluate(async () => {
      const [registration] = await navigator.serviceWorker.getRegistrations();
      await registration?.update();
    });
    await page.getByText("A new version is available.").waitFor();
    // This chunk is not loaded yet, and the new server does not have it.
    await page.getByRole("link", { name: "Activity" }).click();
    await page.getByRole("heading", { name: "Activity" }).waitFor();
    await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Reload" }).click()]);
    await page.getByRole("heading", { name: "Activity" }).waitFor();
    expect(await page.locator('script[src*="index-next"]').count()).toBe(1);
    expect(await page.getByText("A new version is available.").count()).toBe(0);
    await expect.poll(() => readInstalled(page), pollOptions).toEqual({ caches: 1, workers: 1 });
    expect(failures).toEqual([]);
    await web.restart();
    await rm(folder, { recursive: true, force: true });
  });

  /** Gives the entry and a chunk other names, as a build of changed sources does. */
  async function releaseVersion(webRoot: string): Promise<void> {
    const assets = await readdir(join(webRoot, "assets"));
    for (const path of (await readdir(webRoot, { recursive: true })).filter((name) =>
      /\.(br|gz)$/.test(name),
    ))
      await rm(join(webRoot, path));
    const find = (pattern: RegExp) => assets.find((name) => pattern.test(name)) ?? "";
    const [index] = /index-[\w-]+\.js/.exec(await readFile(join(webRoot, "index.html"), "utf8")) ?? [""];
    const page = find(/^ActivityPage-[\w-]+\.js$/);
    expect([index, page]).not.toContain("");
    const rename = (text: string) =>
      text.replaceAll(index, "index-next.js").replaceAll(page, "ActivityPage-next.js");
    for (const name of ["index.html", "sw.js", ...assets.filter((asset) => asset.endsWith(".js"))]) {
      const path = join(webRoot, name.includes(".html") || name === "sw.js" ? name : `assets/${name}`);
      const text = await readFile(path, "utf8");
      const renamed = rename(text);
      if (rename(name) !== name) await rm(path);
      if (renamed !== text || rename(name) !== name)
        await writeFile(
          join(webRoot, name.includes(".html") || name === "sw.js" ? name : `assets/${rename(name)}`),
          renamed,
        );
    }
  }
});
