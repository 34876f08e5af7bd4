import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { createClient } from "@mdreader/client";
import { parseConfig, startServer } from "@mdreader/server";
import { openBrowser } from "@mdreader/testing/browser";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/**
 * `pnpm screenshots`: captures the main pages of the demo workspace in light and dark into docs/screenshots, with a
 * temporary server and database.
 */
const root = fileURLToPath(new URL("../../..", import.meta.url));
const outputFolder = join(root, "docs/screenshots");
const password = "mdreader demo";
/** Maximum size of a screenshot in bytes, because the repository keeps every version. */
const maxBytes = 200_000;

/** Enough for a busy machine. */
const timeoutMs = 120_000;
/** Time for what follows without an indicator, such as the highlighting of code. */
const restMs = 1_000;

const wide = { width: 1280, height: 800 };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

const dataDir = await mkdtemp(join(tmpdir(), "mdreader-screenshots-"));
const settings = { APP_PORT: "0", DATA_DIR: dataDir, LOG_LEVEL: "fatal" };
try {
  execFileSync(process.execPath, [join(root, "apps/server/scripts/seed.ts")], {
    env: { ...process.env, ...settings },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const server = await startServer(await parseConfig(settings));
  const browser = await openBrowser();
  try {
    await mkdir(outputFolder, { recursive: true });
    await takeScreenshots(browser, server.url);
  } finally {
    await browser.close();
    await server.close();
  }
} finally {
  await rm(dataDir, { recursive: true, force: true });
}

async function takeScreenshots(browser: Browser, url: string): Promise<void> {
  await using ada = createClient({ url });
  await ada.auth.login.mutate({ email: "ada@example.com", password });
  await ada.auth.updateProfile.mutate({ fullName: "Ada Lindqvist" });
  await using ben = createClient({ url });
  await ben.auth.login.mutate({ email: "ben@example.com", password });
  await ben.auth.updateProfile.mutate({ fullName: "Ben Okafor" });
  const [workspace] = (await ada.workspace.list.query()).items;
  if (workspace === undefined) throw new Error("The seed created no workspace.");
  const findDocument = async (title: string) => {
    const { items } = await ada.document.search.query({ workspaceId: workspace.id, query: title });
    const document = items.find((hit) => hit.title === title);
    if (document === undefined) throw new Error(`The seed created no document “${title}”.`);
    return document;
  };
  const document = await findDocument("Architecture overview");
  await ada.document.favorite.add.mutate({ documentId: (await findDocument("Onboarding")).id });
  const home = `/w/${workspace.id}`;
  const path = `${home}/d/${document.id}`;

  const other = await openSignedIn(browser, url, "ben@example.com", { viewport: wide });
  await other.goto(`${url}${path}`);
  await other.locator(".cm-line", { hasText: /^## / }).first().dblclick();

  for (const colorScheme of ["light", "dark"] as const) {
    const page = await openSignedIn(browser, url, "ada@example.com", { viewport: wide, colorScheme });
    await page.goto(`${url}${home}`);
    for (const folder of ["Engineering", "Handbook"]) {
      const item = page.getByRole("treeitem", { name: folder, exact: true });
      await item.focus();
      await page.keyboard.press("ArrowRight");
    }
    for (const title of ["Welcome", "Onboarding", "How we work", "Glossary"]) {
      await page.getByRole("treeitem", { name: title, exact: true }).getByRole("link").click();
      await page.locator(".cm-content").waitFor();
      await page.getByRole("link", { name: "Home" }).click();
      await page.getByRole("main").getByRole("link", { name: title, exact: true }).first().waitFor();
    }
    await page.getByRole("navigation", { name: "Favorites" }).getByText("Onboarding").waitFor();
    await page.getByRole("heading", { name: "Recent activity" }).waitFor();
    await takeScreenshot(page, `home-${colorScheme}`);

    await page.goto(`${url}${path}`);
    await page.locator(".cm-content").waitFor();
    await page.locator(".prose[data-ready]").waitFor();
    await page.locator(".person-caret").first().waitFor();
    await page.locator("[data-status=saved]").waitFor();
    await takeScreenshot(page, `document-${colorScheme}`);

    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("combobox").fill("token");
    await page.getByText("In the text", { exact: true }).waitFor();
    await takeScreenshot(page, `palette-${colorScheme}`);
    await page.keyboard.press("Escape");

    await page.goto(`${url}${home}/activity`);
    await page.getByRole("main").getByRole("listitem").first().waitFor();
    await takeScreenshot(page, `activity-${colorScheme}`);
    await page.goto(`${url}${home}/members`);
    await page.getByRole("main").getByText("Ben Okafor").waitFor();
    await takeScreenshot(page, `members-${colorScheme}`);

    const small = await openSignedIn(browser, url, "ada@example.com", { ...phone, colorScheme });
    await small.goto(`${url}${path}`);
    await small.locator(".prose[data-ready]").waitFor();
    await takeScreenshot(small, `phone-document-${colorScheme}`);
    await small.getByRole("button", { name: "Open sidebar" }).click();
    await small.getByRole("treeitem", { name: "Architecture overview" }).waitFor();
    await takeScreenshot(small, `phone-sidebar-${colorScheme}`);

    const nobody = await (await browser.newContext({ viewport: wide, colorScheme })).newPage();
    await nobody.goto(`${url}/register`);
    await nobody.getByRole("button", { name: "Create account" }).waitFor();
    await takeScreenshot(nobody, `register-${colorScheme}`);
    for (const window of [page, small, nobody]) await window.context().close();
  }
}

async function openSignedIn(
  browser: Browser,
  url: string,
  email: string,
  options: BrowserContextOptions,
): Promise<Page> {
  const page = await (await browser.newContext({ ...options, reducedMotion: "reduce" })).newPage();
  page.setDefaultTimeout(timeoutMs);
  await page.goto(`${url}/login`);
  await page.getByLabel("Email", { exact: true }).fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Workspaces", exact: true }).waitFor();
  return page;
}

/** Whether nothing is loading, and the fonts, diagrams and images in view are shown. */
function isComplete(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const isLoading = [...document.querySelectorAll("output")].some((output) =>
      output.textContent.endsWith("…"),
    );
    const hasDiagrams = [...document.querySelectorAll(".diagram")].every((one) =>
      one.hasAttribute("data-drawn"),
    );
    const hasImages = [...document.images].every(
      (image) => image.complete || image.getBoundingClientRect().top > innerHeight,
    );
    return !isLoading && hasDiagrams && hasImages && document.fonts.status === "loaded";
  });
}

/** Takes a screenshot of a complete page. */
async function takeScreenshot(page: Page, name: string): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await isComplete(page))) {
    if (Date.now() > deadline) throw new Error(`The page of ${name}.png did not finish loading.`);
    await page.waitForTimeout(100);
  }
  await page.waitForTimeout(restMs);
  const file = join(outputFolder, `${name}.png`);
  await page.screenshot({ path: file, animations: "disabled" });
  const { size } = await stat(file);
  if (size > maxBytes) throw new Error(`${name}.png has ${size} bytes; the maximum is ${maxBytes}.`);
  console.log(`${name}.png  ${Math.round(size / 1000)} kB`);
}
