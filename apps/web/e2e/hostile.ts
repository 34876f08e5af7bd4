import { readFileSync } from "node:fs";

import type { Page } from "playwright-core";
import { expect } from "vitest";

/** A document that tries to run scripts in readers' browsers and to imitate the page's UI. */
export const hostile = readFileSync(
  new URL("../../../packages/markdown/src/render/fixtures/hostile.md", import.meta.url),
  "utf8",
);

/** Waits for the document and expects that nothing in it ran or can run. */
export async function expectHarmless(page: Page): Promise<void> {
  await page.getByText("The end.").waitFor();
  // Both diagrams are drawn as images.
  await page.locator(".prose .diagram img").nth(1).waitFor();
  await page.locator(".prose .math-set").first().waitFor();

  for (const link of await page.locator(".prose a").all()) {
    const href = (await link.getAttribute("href")) ?? "";
    expect(href).not.toMatch(/^\s*(javascript|data|vbscript):|^\/\//i);
  }
  const forbidden = page.locator(
    ".prose :is(script, iframe, form, object, style, base, meta, input:not([type=checkbox]), [onerror], [onload])",
  );
  expect(await forbidden.count()).toBe(0);
  const markup = page.locator(
    '.prose :is([id]:not([id^="md-"]), [name], [onclick], [ontoggle], .fixed, [class*=inset])',
  );
  expect(await markup.count()).toBe(0);
  expect(await page.evaluate("window.ran")).toBeUndefined();
}
