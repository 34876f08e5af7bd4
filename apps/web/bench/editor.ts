import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createClient } from "@mdreader/client";
import { parseConfig, startServer } from "@mdreader/server";
import { openBrowser } from "@mdreader/testing/browser";
import type { Page } from "playwright-core";

/**
 * `pnpm bench:editor`, after a build: editor latencies in a real Chromium against the real server. Opening is measured
 * from the click on a link until the text is editable; a keystroke, as the page's work from the key until the paint,
 * excluding the wait for the next frame.
 */

const password = "a long enough password";
const home = await mkdtemp(join(tmpdir(), "mdreader-bench-editor-"));
const server = await startServer(await parseConfig({ APP_PORT: "0", DATA_DIR: home, LOG_LEVEL: "fatal" }));
const browser = await openBrowser();

try {
  const client = createClient({ url: server.url });
  await client.auth.register.mutate({ email: "ada@example.test", username: "ada", password });
  const { id: workspaceId } = await client.workspace.create.mutate({ name: "Bench" });
  for (const [title, bytes] of Object.entries({
    "100 KB": 100_000,
    "100 KB again": 100_000,
    "1 MB": 1_000_000,
  }))
    await client.document.create.mutate({ workspaceId, title, content: createMarkdown(bytes) });

  const page = await (await browser.newContext({ viewport: { width: 1400, height: 900 } })).newPage();
  await page.goto(`${server.url}/login?next=${encodeURIComponent(`/w/${workspaceId}`)}`);
  await page.getByLabel("Email", { exact: true }).fill("ada@example.test");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();

  report("open 100 KB, editor not loaded", 500, await measureOpening(page, "100 KB"));
  report("open 100 KB, editor loaded", 500, await measureOpening(page, "100 KB again"));
  report("open 1 MB", null, await measureOpening(page, "1 MB"));
  await page.locator(".prose[data-ready]").waitFor();
  const strokes = (await measureKeystrokes(page, 200)).toSorted((a, b) => a - b);
  report("keystroke in 1 MB, median", 16, strokes[strokes.length >> 1] ?? NaN);
  report("keystroke in 1 MB, 95th percentile", null, strokes[Math.floor(strokes.length * 0.95)] ?? NaN);
  await client.close();
} finally {
  await browser.close();
  await server.close();
  await rm(home, { recursive: true, force: true });
}

function report(what: string, limit: number | null, milliseconds: number): void {
  console.log(
    `${what.padEnd(45)} ${milliseconds.toFixed(1)} ms${limit === null ? "" : ` (limit: ${limit})`}`,
  );
}

/** Markdown of the given size in bytes, with all kinds of blocks. */
function createMarkdown(bytes: number): string {
  let text = "";
  for (let section = 1; text.length < bytes; section += 1)
    text += `## Section ${section}\n\nSome *emphasis*, a [link](https://example.test/${section}) and \`code\`, in a paragraph that goes on for a while, so that it takes more than one line of the window in which it is shown.\n\n- one\n- two\n  - [ ] three\n\n| a | b |\n|---|---|\n| ${section} | ${section * 2} |\n\n\`\`\`ts\nconst answer = ${section};\n\`\`\`\n\n`;
  return text.slice(0, bytes);
}

/** @returns Milliseconds from the click until the text is in an editable editor. */
async function measureOpening(page: Page, title: string): Promise<number> {
  const link = page.getByRole("link", { name: title, exact: true }).first();
  await link.waitFor();
  return link.evaluate(async (element) => {
    const editor = () => document.querySelector(".cm-content[contenteditable=true]");
    const before = editor();
    const begin = performance.now();
    if (element instanceof HTMLElement) element.click();
    for (;;) {
      const now = editor();
      if (now !== before && now?.textContent.startsWith("## Section 1") === true)
        return performance.now() - begin;
      await new Promise(requestAnimationFrame);
    }
  });
}

async function measureKeystrokes(page: Page, count: number): Promise<number[]> {
  await page.locator(".cm-content").click();
  return page.evaluate(async (times) => {
    const painted = () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.addEventListener("message", () => resolve());
          port1.start();
          port2.postMessage(null);
        });
      });
    const took = [];
    for (let time = 0; time < times; time += 1) {
      let frame = 0;
      requestAnimationFrame(() => (frame = performance.now()));
      const begin = performance.now();
      document.execCommand("insertText", false, "a");
      await Promise.resolve();
      document.body.getBoundingClientRect();
      const handled = performance.now() - begin;
      await painted();
      took.push(handled + performance.now() - frame);
      // The interval of a fast typist.
      await new Promise((resolve) => setTimeout(resolve, 80));
    }
    return took;
  }, count);
}
