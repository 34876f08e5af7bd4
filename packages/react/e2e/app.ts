import { join } from "node:path";

import { startTestServer, type TestServer, type TestUser } from "@mdreader/testing";
import { createNetwork, type Network, openBrowser } from "@mdreader/testing/browser";
import type { Page } from "playwright-core";
import { rolldown } from "rolldown";

/** A real server, and a real browser that opens `page.tsx` at its address. */
export interface HooksTest extends AsyncDisposable {
  server: TestServer;
  /** Opens the page in a browser of its own. */
  open(user: TestUser, address: Readonly<Record<string, string>>): Promise<Page>;
  /** Opens a page whose connections can be cut. */
  openWithNetwork(user: TestUser, address: Readonly<Record<string, string>>): Promise<PageWithNetwork>;
}

export interface PageWithNetwork {
  page: Page;
  /** The connections of its live documents. */
  line: Network;
}

export async function startHooksTest(): Promise<HooksTest> {
  await using started = new AsyncDisposableStack();
  const server = started.use(await startTestServer());
  const browser = await openBrowser();
  started.defer(() => browser.close());
  const scripts = await bundlePage();
  const all = started.move();
  const openWithNetwork: HooksTest["openWithNetwork"] = async (user, address) => {
    const context = await browser.newContext();
    const token = (await user.client.session.accessToken()) ?? "";
    const html = `<body data-token="${token}"><script type="module" src="/hooks/page.js"></script></body>`;
    await context.route(`${server.url}/hooks/**`, (route) => {
      const name = new URL(route.request().url()).pathname.replace("/hooks/", "");
      const script = scripts.get(name);
      return script === undefined
        ? route.fulfill({ contentType: "text/html", body: html })
        : route.fulfill({ contentType: "text/javascript", body: script });
    });
    const line = createNetwork();
    await line.through(context);
    const page = await context.newPage();
    await page.goto(`${server.url}/hooks/?${new URLSearchParams(address).toString()}`);
    return { page, line };
  };
  return {
    server,
    openWithNetwork,
    open: async (user, address) => (await openWithNetwork(user, address)).page,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** Bundles the page with a React that checks its rules. @returns The scripts by their names. */
async function bundlePage(): Promise<Map<string, string>> {
  await using build = await rolldown({
    input: join(import.meta.dirname, "page.tsx"),
    platform: "browser",
    transform: { define: { "process.env.NODE_ENV": JSON.stringify("development") } },
    // Libraries say "use client", which means nothing in a bundle.
    logLevel: "silent",
  });
  const { output } = await build.generate();
  return new Map(output.flatMap((chunk) => (chunk.type === "chunk" ? [[chunk.fileName, chunk.code]] : [])));
}
