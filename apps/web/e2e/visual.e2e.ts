import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";

import { setUpWeb, signIn } from "./app.ts";
import { compressScreenshot, findDifference } from "./compare-screenshots.ts";
import { type Screen, seedScreens } from "./screens.ts";

/** The expected screenshots. `pnpm snapshots --update` updates them. */
const folder = join(import.meta.dirname, "snapshots");
const changedFolder = process.env["CHANGED_SCREENS_FOLDER"] ?? tmpdir();
const isUpdate = process.env["UPDATE_SNAPSHOTS"] === "true";
/** The screenshots are taken with fonts of Debian. */
const isComparable = process.platform === "linux";

/** Time between two attempts, and for all of them, in milliseconds. */
const intervalMs = 500;
const timeoutMs = 20_000;

const sizes = { desktop: { width: 1_000, height: 800 }, phone: { width: 390, height: 844 } };

/** One font and color for all machines and people. */
const fixedStyle = `
  :root {
    --font-sans: Roboto, "DejaVu Sans", sans-serif !important;
    --font-mono: "DejaVu Sans Mono", monospace !important;
  }
  [class*="person-"] { --person: oklch(0.53 0.19 268) !important; }
`;

const web = await setUpWeb();
const screens = await seedScreens(web);

/** Makes fonts and colors the same in each run. */
async function fixAppearance(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate((style) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }, fixedStyle);
}

/** Takes a screenshot without focus and with fixed times. */
async function takeScreenshot(page: Page): Promise<Buffer> {
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    for (const time of document.querySelectorAll("time")) time.textContent = "5 minutes ago";
  });
  return page.screenshot({ animations: "disabled", scale: "css" });
}

/** Compares a screen with its snapshot until they are equal, and stores the last attempt if they remain different. */
async function expectSnapshot(page: Page, name: string): Promise<void> {
  const path = join(folder, `${name}.png`);
  if (isUpdate) {
    await mkdir(folder, { recursive: true });
    await writeFile(path, await compressScreenshot(await takeStableScreenshot(page)));
    return;
  }
  const expected = await readFile(path);
  const end = Date.now() + timeoutMs;
  for (;;) {
    const actual = await takeScreenshot(page);
    const difference = await findDifference(expected, actual);
    if (difference === null) return;
    if (Date.now() > end) {
      const into = await mkdtemp(join(changedFolder, `mdreader-${name}-`));
      await writeFile(join(into, "actual.png"), actual);
      await writeFile(join(into, "difference.png"), difference);
      expect.fail(`The screen ${name} changed: see ${into}. If it should, run pnpm snapshots --update.`);
    }
    await setTimeout(intervalMs);
  }
}

/** Takes screenshots until two in a row are equal. */
async function takeStableScreenshot(page: Page): Promise<Buffer> {
  let earlier: Buffer | null = null;
  let screenshot = await takeScreenshot(page);
  while (earlier === null || !screenshot.equals(earlier)) {
    await setTimeout(intervalMs);
    earlier = screenshot;
    screenshot = await takeScreenshot(page);
  }
  return screenshot;
}

async function open(page: Page, { path, isPhone, view, panel, prepare }: Screen): Promise<void> {
  await page.setViewportSize(sizes[isPhone === true ? "phone" : "desktop"]);
  await page.evaluate(
    (settings) => {
      for (const [key, value] of Object.entries(settings))
        localStorage.setItem(`mdreader.${key}`, JSON.stringify(value));
    },
    { view: view ?? null, panel: panel ?? null },
  );
  await page.goto(`${web.url}${path}`);
  await prepare(page);
  await fixAppearance(page);
}

describe.runIf(isComparable).each(["light", "dark"] as const)("in %s mode,", (colorScheme) => {
  const people = new Map<boolean, Promise<Page>>();
  afterAll(async () => {
    for (const page of people.values()) await (await page).context().close();
  });
  async function openPerson(isPublic: boolean): Promise<Page> {
    const { page } = await web.person({ colorScheme });
    if (isPublic) await page.goto(`${web.url}/login`);
    else await signIn(page, web.url, "ada");
    return page;
  }

  it.each(screens)("the screen $name looks as in its snapshot", async (screen) => {
    const isPublic = screen.isPublic === true;
    const opened = people.get(isPublic) ?? openPerson(isPublic);
    people.set(isPublic, opened);
    const page = await opened;
    await open(page, screen);
    await expectSnapshot(page, `${screen.name}-${colorScheme}`);
  });
});

describe("the comparison", () => {
  it("notices a button that moved by two pixels and a word that changed, but not other antialiasing", async () => {
    const { page } = await web.person();
    await page.goto(`${web.url}/login`);
    const button = page.getByRole("button", { name: "Sign in" });
    await button.waitFor();
    await fixAppearance(page);
    const before = await takeStableScreenshot(page);
    const isEqualTo = async (screenshot: Buffer) => (await findDifference(before, screenshot)) === null;
    expect(await isEqualTo(await sharp(before).blur(0.3).png().toBuffer())).toBe(true);

    await button.evaluate((element) => {
      element.style.translate = "0 2px";
    });
    expect(await isEqualTo(await takeScreenshot(page))).toBe(false);
    await button.evaluate((element) => {
      element.style.translate = "";
    });
    expect(await isEqualTo(await takeScreenshot(page))).toBe(true);
    await page.getByRole("heading", { name: "Sign in" }).evaluate((heading) => {
      heading.textContent = "Sign on";
    });
    expect(await isEqualTo(await takeScreenshot(page))).toBe(false);
  });
});
