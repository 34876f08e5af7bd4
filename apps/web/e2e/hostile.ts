import type { Page } from "playwright-core";
import { expect } from "vitest";

/** A document that tries to run scripts in readers' browsers and to imitate the page's UI. */
export const hostile = `---
title: <script>window.ran = 1</script>
a: &a ["<img src=x onerror=window.ran=1>"]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
c: !!js/function "window.ran = 1"
---
[a](javascript:window.ran=1) [b](JaVaScRiPt:window.ran=1) [c](java&#x73;cript:window.ran=1) [d](java\tscript:window.ran=1)
[e](data:text/html,<script>window.ran=1</script>) [f](vbscript:x) <javascript:window.ran=1> [g](//evil.test/x)

<script>window.ran = 1</script>
<img src=x onerror="window.ran=1">
<svg onload="window.ran=1"><a xlink:href="javascript:window.ran=1"><text>x</text></a></svg>
<math><mtext><table><mglyph><style><!--</style><img title="--><img src=1 onerror=window.ran=1>">
<iframe srcdoc="<script>parent.ran=1</script>"></iframe>
<form action="javascript:window.ran=1"><button>go</button></form>
<a id="location" name="cookie" href="https://example.test" onclick="window.ran=1">clobber</a>
<div class="fixed inset-0 z-50 bg-paper" style="position:fixed;inset:0">over all</div>
<input type="password" autofocus onfocus="window.ran=1">
<details open ontoggle="window.ran=1"><summary>more</summary></details>
<style>@import url(https://evil.test/x.css);</style><base href="https://evil.test/"><meta http-equiv="refresh" content="0;url=https://evil.test">
![x](javascript:window.ran=1) ![y](x" onerror="window.ran=1)

$\\href{javascript:window.ran=1}{x}$ $\\htmlData{x=1}{y}$ $\\includegraphics{https://evil.test/x.png}$

$$\\def\\a{\\a\\a}\\a$$

\`\`\`mermaid
graph TD; A["<img src=x onerror=parent.ran=1>"]; click A "javascript:parent.ran=1"
\`\`\`

\`\`\`mermaid
%%{init: {"securityLevel": "loose", "themeCSS": "* { background: url(https://evil.test/x) }"}}%%
graph TD; B["<script>parent.ran=1</script>"] --> C
\`\`\`

\`\`\`js"><img src=x onerror=window.ran=1>
code
\`\`\`

The end.
`;

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
