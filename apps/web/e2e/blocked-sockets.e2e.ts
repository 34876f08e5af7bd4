import { once } from "node:events";
import { createServer, request, type Server } from "node:http";

import { type Client, createClient } from "@mdreader/client";
import { openBrowser } from "@mdreader/testing/browser";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";

import { password, getPort, setUpWeb } from "./app.ts";

const web = await setUpWeb();
const proxy = createProxyWithoutSockets(web.url).listen(0, "127.0.0.1");
await once(proxy, "listening");
const url = `http://127.0.0.1:${getPort(proxy)}`;
const secondBrowser = await openBrowser();
afterAll(async () => {
  await secondBrowser.close();
  proxy.closeAllConnections();
  proxy.close();
});

/** Forwards requests over HTTP/1.1, and refuses WebSockets. */
function createProxyWithoutSockets(target: string): Server {
  const server = createServer((incoming, outgoing) => {
    const { method, headers } = incoming;
    const forwarded = request(new URL(incoming.url ?? "/", target), { method, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      outgoing.flushHeaders();
      response.pipe(outgoing);
    });
    forwarded.on("error", () => outgoing.destroy());
    outgoing.on("close", () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  server.on("upgrade", (_, socket) => {
    socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });
  return server;
}

async function createPerson(name: string): Promise<Client> {
  const client = createClient({ url: web.url });
  await client.auth.register.mutate({ email: `${name}@example.test`, username: name, password });
  return client;
}

async function signIn(context: BrowserContext, name: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${url}/login`);
  await page.getByLabel("Email", { exact: true }).fill(`${name}@example.test`);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Workspaces", exact: true }).waitFor();
  await page.close();
}

async function openTab(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url + path);
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+End");
  return page;
}

const readText = async (page: Page) =>
  (await page.locator(".cm-content .cm-line").allTextContents()).join("\n");
const waitUntilSavedOverHttp = (page: Page) =>
  page.locator("[data-status=saved]").getByText("Connected over HTTP").waitFor();

describe("behind a proxy that speaks HTTP/1.1 and forbids WebSockets", () => {
  it("three tabs of one browser and a second browser write together", async () => {
    const [ada, ben] = [await createPerson("ada"), await createPerson("ben")];
    const { id: workspaceId } = await ada.workspace.create.mutate({ name: "Together" });
    const { token } = await ada.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
    await ben.workspace.invitation.accept.mutate({ token });
    const titles = ["One", "Two", "Three"];
    const paths: string[] = [];
    for (const title of titles) {
      const { id } = await ada.document.create.mutate({ workspaceId, title, content: `# ${title}\n` });
      paths.push(`/w/${workspaceId}/d/${id}`);
    }

    const { context: hers } = await web.person();
    await signIn(hers, "ada");
    const tabs: Page[] = [];
    for (const path of paths) tabs.push(await openTab(hers, path));
    const his = await secondBrowser.newContext();
    await signIn(his, "ben");
    const [first = ""] = paths;
    const page = await openTab(his, first);

    await Promise.all([...tabs, page].map(waitUntilSavedOverHttp));
    await Promise.all([
      ...tabs.map((tab, n) => tab.keyboard.type(`ada in ${titles[n]}. `)),
      page.keyboard.type("ben in One. "),
    ]);
    await Promise.all([...tabs, page].map(waitUntilSavedOverHttp));
    const [one] = tabs;
    if (one === undefined) throw new Error("There is no tab.");
    await expect.poll(() => readText(page), { timeout: 20_000 }).toBe(await readText(one));
    for (const word of ["ada in One", "ben in One"]) expect(await readText(page)).toContain(word);
    await one.locator('[aria-label="Also viewing"]').getByText("ben").waitFor({ state: "attached" });

    for (const [n, path] of [...paths.entries()].slice(1)) {
      await page.goto(url + path);
      await page.locator(".cm-line", { hasText: `ada in ${titles[n]}` }).click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type(`ben in ${titles[n]}. `);
      const tab = tabs[n];
      if (tab === undefined) throw new Error("There is no tab.");
      await tab.locator(".cm-line", { hasText: `ben in ${titles[n]}` }).waitFor();
    }

    // The connections that the streams leave are enough for calls.
    expect(await one.evaluate(async () => (await fetch("/health/live")).status)).toBe(200);
    for (const [n, tab] of tabs.entries()) {
      const id = paths[n]?.split("/").at(-1) ?? "";
      await waitUntilSavedOverHttp(tab);
      expect((await ada.document.get.query({ id })).content).toBe(await readText(tab));
    }
    await Promise.all([ada.close(), ben.close()]);
  });
});
