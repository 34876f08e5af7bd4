import { gzipSync } from "node:zlib";

import type { Page, Response } from "playwright-core";
import { describe, expect, it } from "vitest";
import { z } from "zod";

import { register, setUpOwner, setUpWeb, signIn } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();
const { ada, workspaceId } = await setUpOwner(web, "Handbook");
await ada.auth.apiKey.create.mutate({ name: "A tool", scopes: ["read"] });
const folder = await ada.document.folder.create.mutate({ workspaceId, name: "Guides" });
const { id: documentId } = await ada.document.create.mutate({
  workspaceId,
  title: "Onboarding",
  content: "# Welcome\n\nBring a **laptop** and curiosity.\n\n- [ ] Ask\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
});
const old = await ada.document.create.mutate({ workspaceId, folderId: folder.id, title: "Old" });
await ada.document.delete.mutate({ id: old.id });
const link = await ada.workspace.invitation.create.mutate({ workspaceId, role: "editor", maxUses: 5 });
const invitation = new URL(link.url).hash;

/** Opens a page and waits until it has loaded completely. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(`${web.url}${path}`);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.waitForLoadState("networkidle");
}

it("announces a page when its name is known", async () => {
  const { page } = await web.person();
  await signIn(page, web.url, "ada");
  await page.route(/trpc.*workspace\.get/, async (route) => {
    await new Promise((resolve) => {
      setTimeout(resolve, 1_000);
    });
    await route.continue();
  });
  const announced = page.locator("[aria-live=polite]");
  await page.getByRole("main").getByRole("link", { name: "Handbook" }).click();
  await announced.getByText("Handbook · MDReader", { exact: true }).waitFor({ state: "attached" });
  expect(await announced.getByText("MDReader", { exact: true }).count()).toBe(0);
});

type Barriers = Record<string, string[]>;

/** Pages with violations. */
const toFailing = (barriers: Barriers) =>
  Object.fromEntries(Object.entries(barriers).filter(([, found]) => found.length > 0));

describe.each(["light", "dark"] as const)("every page, in %s mode,", (colorScheme) => {
  it("has no accessibility violations when signed out", async () => {
    const { page, failures } = await web.person({ colorScheme });
    const barriers: Barriers = {};
    for (const path of [
      "/login",
      "/register",
      "/forgot-password",
      "/reset-password#token=some",
      "/verify-email#token=some",
      "/agree-email#token=some",
      "/prove-email#token=some",
      `/invitation${invitation}`,
      "/nowhere",
    ]) {
      await open(page, path);
      barriers[path] = await findBarriers(page);
      expect(await page.title(), path).toMatch(/. · MDReader$/);
    }
    expect(toFailing(barriers)).toEqual({});
    expect(failures).toEqual([]);
  });

  it("has no accessibility violations when signed in, also on a phone and in dialogs", async () => {
    const { page, failures } = await web.person({ colorScheme });
    const barriers: Barriers = {};
    await signIn(page, web.url, "ada");
    const workspace = `/w/${workspaceId}`;
    for (const path of [
      "/",
      "/account",
      "/account/sessions",
      "/account/api-keys",
      workspace,
      `${workspace}/activity`,
      `${workspace}/members`,
      `${workspace}/trash`,
      `${workspace}/settings`,
      `${workspace}/search?q=laptop`,
      `${workspace}/d/${documentId}`,
    ]) {
      await open(page, path);
      barriers[path] = await findBarriers(page);
    }

    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("combobox").fill("lap");
    await page.getByRole("option", { name: /Onboarding/ }).waitFor();
    barriers["the palette"] = await findBarriers(page);
    await page.keyboard.press("Escape");

    await open(page, `${workspace}/members`);
    await page.getByRole("button", { name: "Invite" }).click();
    await page.getByRole("dialog").waitFor();
    barriers["a dialog"] = await findBarriers(page);
    await page.keyboard.press("Escape");

    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("button", { name: "Open sidebar" }).click();
    await page.getByRole("treeitem", { name: "Onboarding" }).waitFor();
    barriers["the sidebar on a phone"] = await findBarriers(page);
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBeLessThanOrEqual(0);
    expect(toFailing(barriers)).toEqual({});
    expect(failures).toEqual([]);
  });
});

describe("keyboard navigation", () => {
  it("opens a document, renames it, moves it into a folder and undoes the move", async () => {
    const { page } = await web.person();
    await signIn(page, web.url, "ada");
    await page.goto(`${web.url}/w/${workspaceId}`);
    const tree = page.getByRole("tree", { name: "Documents" });
    await tree.getByRole("treeitem", { name: "Onboarding" }).waitFor();

    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter"); // Skip to content
    expect(await page.evaluate("document.activeElement.id")).toBe("main");

    await tree.getByRole("treeitem", { name: "Guides" }).focus();
    await page.keyboard.press("o");
    await page.keyboard.press("F2");
    await page.getByLabel("New name for Onboarding").fill("First days");
    await page.keyboard.press("Enter");
    await tree.getByRole("treeitem", { name: "First days" }).waitFor();

    await page.keyboard.press("ControlOrMeta+x");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ControlOrMeta+v");
    await page.keyboard.press("ArrowRight");
    await tree.getByRole("treeitem", { name: "Guides", expanded: true }).waitFor();
    const inside = tree.getByRole("treeitem", { name: "First days", level: 2 });
    await inside.waitFor();

    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Delete");
    await inside.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await inside.waitFor();
    await inside.focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/d\//);
  });
});

describe("the first load", () => {
  /** Maximum JavaScript in bytes, gzipped, that a page may need for its first render. */
  const maxBytes = 250_000;

  it("of sign-in and lists is small; the editor loads on demand", async () => {
    const { page } = await web.person();
    const scripts = new Map<string, number>();
    const addScript = async (response: Response) => {
      if (response.request().resourceType() !== "script") return;
      scripts.set(response.url(), gzipSync(await response.body()).length);
    };
    const weighing: Promise<void>[] = [];
    const onResponse = (response: Response) => weighing.push(addScript(response));
    page.on("response", onResponse);
    const measureScripts = async () => {
      await Promise.all(weighing);
      return [...scripts.values()].reduce((sum, bytes) => sum + bytes, 0);
    };

    await open(page, "/login");
    expect(await measureScripts()).toBeLessThan(maxBytes);
    await register(page, web.url, "weigher");
    await page.waitForLoadState("networkidle");
    // Scripts that load on demand may still follow, and the page closes with the test.
    page.off("response", onResponse);
    expect(await measureScripts()).toBeLessThan(maxBytes);
  });

  it("is compressed, and cached forever only if the file name contains its hash", async () => {
    const index = await fetch(`${web.url}/`, { headers: { accept: "text/html" } });
    expect(index.headers.get("cache-control")).toBe("no-cache");
    const [script] = (await index.text()).match(/\/assets\/index-[^"]+\.js/) ?? [];
    const asset = await fetch(`${web.url}${script}`, { headers: { "accept-encoding": "br" } });
    expect(asset.headers.get("cache-control")).toContain("immutable");
    expect(asset.headers.get("content-encoding")).toBe("br");
    expect(asset.headers.get("content-type")).toMatch(/javascript/);
    expect(await asset.text()).toMatch(/\w/);
  });

  it("names the app and its icons for the home screen", async () => {
    const { page, failures } = await web.person();
    await open(page, "/login");
    const href = await page.locator("link[rel=manifest]").getAttribute("href");
    const answer = await fetch(`${web.url}${href}`);
    expect(answer.headers.get("content-type")).toContain("application/manifest+json");
    const { icons } = z.object({ icons: z.array(z.object({ src: z.string() })) }).parse(await answer.json());
    for (const src of [...icons.map((icon) => icon.src), "/apple-touch-icon.png"]) {
      const icon = await fetch(`${web.url}${src}`);
      expect(icon.headers.get("content-type"), src).toMatch(/^image\//);
    }
    expect(failures).toEqual([]);
  });
});
