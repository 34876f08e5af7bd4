import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Client, createClient } from "@mdreader/client";
import { parseConfig, type RunningServer, startServer } from "@mdreader/server";
import { createServerDatabase } from "@mdreader/server/testing/serve";
import { type BrowserName, openBrowser } from "@mdreader/testing/browser";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, expect } from "vitest";

/** Someone at a browser of their own. */
export interface Person {
  page: Page;
  context: BrowserContext;
  /** Page errors, dialogs and CSP violations. */
  failures: string[];
}

export interface PersonOptions {
  colorScheme?: "light" | "dark";
  /** Takes requests away from `page.route`, so it is only installed if a test asks for it. Default: false. */
  offlineApp?: boolean;
  /** The size of a phone or tablet, in place of a window and a mouse. */
  touchScreen?: { width: number; height: number };
}

/** Tests of the web app register hundreds of people. */
const fastHashing = { memoryKib: 1024, passes: 1 };

/** Opens a new browser context without cookies or stored data. */
export async function openPerson(
  browser: Browser,
  { colorScheme = "light", offlineApp = false, touchScreen }: PersonOptions = {},
): Promise<Person> {
  const context = await browser.newContext({
    reducedMotion: "reduce",
    colorScheme,
    serviceWorkers: offlineApp ? "allow" : "block",
    ...(touchScreen && { viewport: touchScreen, screen: touchScreen, isMobile: true, hasTouch: true }),
  });
  const page = await context.newPage();
  const failures: string[] = [];
  page.on("pageerror", (error) => failures.push(String(error)));
  page.on("dialog", (dialog) => {
    failures.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) failures.push(message.text());
  });
  return { page, context, failures };
}

/** The real server with the built web app, and a real browser. */
export interface WebTest extends AsyncDisposable {
  url: string;
  /** The way in which the server gets its first superuser. */
  setup: RunningServer["setup"];
  /** Stops the server. A new one continues with its data at its address. */
  restart(webRoot?: string): Promise<void>;
  /** Stops the server until it is restarted. */
  stop(): Promise<void>;
  person(options?: PersonOptions): Promise<Person>;
}

/** @param env Settings of the server in addition to those of tests. */
export async function startWebTest(
  env: Record<string, string | undefined> = {},
  browserName: BrowserName = "chromium",
): Promise<WebTest> {
  const database = await createServerDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), "mdreader-e2e-"));
  const start = async (port: number, overrides: Parameters<typeof startServer>[1] = {}) =>
    startServer(
      await parseConfig({
        APP_PORT: String(port),
        DATABASE_URL: database.url,
        DATA_DIR: dataDir,
        LOG_LEVEL: "fatal",
        ...env,
      }),
      { passwordHashing: fastHashing, ...overrides },
    );
  let server = await start(0);
  const { url, setup, port } = server;
  const browser: Browser = await openBrowser(browserName);
  return {
    url,
    setup,
    stop: () => server.close(),
    async restart(webRoot) {
      await server.close();
      server = await start(port, webRoot === undefined ? {} : { webRoot });
    },
    person: (options) => openPerson(browser, options),
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server.close();
      await database[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export const password = "a long enough password";

/** Starts a server and a browser for the tests of a file, which end with them. */
export async function setUpWeb(env?: Parameters<typeof startWebTest>[0]): Promise<WebTest> {
  const web = await startWebTest(env);
  afterAll(() => web[Symbol.asyncDispose]());
  return web;
}

/** Registers a person for the tests of a file. @returns The person's client. */
export async function setUpPerson(web: WebTest, name: string): Promise<Client> {
  const client = createClient({ url: web.url });
  afterAll(() => client.close());
  await client.auth.register.mutate({ email: `${name}@example.test`, username: name, password });
  return client;
}

/** Registers Ada, who owns a workspace, for the tests of a file. */
export async function setUpOwner(
  web: WebTest,
  workspaceName: string,
): Promise<{ ada: Client; workspaceId: string }> {
  const ada = await setUpPerson(web, "ada");
  const { id: workspaceId } = await ada.workspace.create.mutate({ name: workspaceName });
  return { ada, workspaceId };
}

/** Makes a person an editor of a workspace. */
export async function joinWorkspace(person: Client, owner: Client, workspaceId: string): Promise<void> {
  const { token } = await owner.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
  await person.workspace.invitation.accept.mutate({ token });
}

/** The port that a server listens on. */
export function getPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}

/** Finds an unused port. */
export async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const port = getPort(probe);
  probe.close();
  return port;
}

/** Signs in on the page with an existing account. */
export async function signIn(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/login`);
  await page.getByLabel("Email", { exact: true }).fill(`${name}@example.test`);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Workspaces", exact: true }).waitFor();
}

/** Registers on the page and waits for the list of workspaces. */
export async function register(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/register`);
  await page.getByLabel("Email", { exact: true }).fill(`${name}@example.test`);
  await page.getByLabel("Username").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "Workspaces", exact: true }).waitFor();
}

/** Creates a workspace on the page. @returns Its ID. */
export async function createWorkspace(page: Page, name: string): Promise<string> {
  await page.getByRole("button", { name: "New workspace" }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Create workspace" }).click();
  await page.waitForURL(/\/w\//);
  return /\/w\/([\da-f-]+)/.exec(page.url())?.[1] ?? "";
}

/** Signs in at a test's provider, which is another site. Without a name, refuses to. */
export async function signInAtProvider(page: Page, name: string): Promise<void> {
  await page.getByRole("heading", { name: "Provider" }).waitFor();
  expect(new URL(page.url()).hostname).toBe("localhost");
  await page.getByLabel("Login").fill(name);
  await page.getByRole("button", { name: "Continue" }).click();
}
