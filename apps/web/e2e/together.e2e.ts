import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { createClient } from "@mdreader/client";
import { createTestDatabase } from "@mdreader/db/testing";
import { openBrowser } from "@mdreader/testing/browser";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";

import { findFreePort, password } from "./app.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

const database = await createTestDatabase();
const home = await mkdtemp(join(tmpdir(), "mdreader-together-"));
const port = await findFreePort();
const url = `http://127.0.0.1:${port}`;
let server = await startServer();
const browser = await openBrowser();
afterAll(async () => {
  await browser.close();
  server.kill("SIGTERM");
  await once(server, "exit");
  await database[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

/** Starts the server as a separate process that can be killed. */
async function startServer(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(root, "apps/server/src/main.ts")], {
    env: {
      ...process.env,
      APP_PORT: String(port),
      DATABASE_URL: database.url,
      DATA_DIR: home,
      LOG_LEVEL: "fatal",
    },
    stdio: ["ignore", "inherit", "pipe"],
  });
  const running = Promise.withResolvers<void>();
  child.stderr.on("data", (chunk) => {
    if (String(chunk).includes("running at")) running.resolve();
  });
  await running.promise;
  return child;
}

async function createPerson(name: string) {
  const client = createClient({ url });
  await client.auth.register.mutate({ email: `${name}@example.test`, username: name, password });
  return client;
}

/** Opens a document for editing as the given person in a new browser context. */
async function write(name: string, path: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${url}/login?next=${encodeURIComponent(path)}`);
  await page.getByLabel("Email", { exact: true }).fill(`${name}@example.test`);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.locator(".cm-content").click();
  return page;
}

/** Runs the CLI with the given token. */
async function runMdreader(token: string, ...args: string[]): Promise<number | null> {
  const child = spawn(process.execPath, [join(root, "apps/cli/src/main.ts"), ...args], {
    env: { ...process.env, MDREADER_URL: url, MDREADER_TOKEN: token },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = await once(child, "exit");
  return code;
}

/** Moves the cursor to the end of the line that starts with `line`. */
async function moveToLineEnd(page: Page, line: string): Promise<void> {
  await page.locator(".cm-line", { hasText: line }).click();
  await page.keyboard.press("End");
}

const readText = (page: Page) => page.locator(".cm-content .cm-line").allTextContents();
const waitUntilSaved = (page: Page) => page.locator("[data-status=saved]").waitFor();

describe("two editors and a tool in one document", () => {
  it("lose nothing when the server is killed, and converge", async () => {
    const [ada, ben] = [await createPerson("ada"), await createPerson("ben")];
    const { id: workspaceId } = await ada.workspace.create.mutate({ name: "Together" });
    const { token } = await ada.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
    await ben.workspace.invitation.accept.mutate({ token });
    const { id } = await ada.document.create.mutate({
      workspaceId,
      title: "Minutes",
      content: "# Minutes\n\nAda: \n\nBen: \n\n",
    });
    const key = await ada.auth.apiKey.create.mutate({ name: "tool", scopes: ["read", "write"] });

    const path = `/w/${workspaceId}/d/${id}`;
    const [hers, his] = [await write("ada", path), await write("ben", path)];
    await hers.locator('[aria-label="Also viewing"]').getByText("ben").waitFor({ state: "attached" });

    await moveToLineEnd(hers, "Ada:");
    await moveToLineEnd(his, "Ben:");
    await Promise.all([hers.keyboard.type("ada was here. "), his.keyboard.type("ben was here. ")]);
    await Promise.all([waitUntilSaved(hers), waitUntilSaved(his)]);
    expect(await runMdreader(key.secret, "edit", id, "--append", "a tool was here\n")).toBe(0);
    await Promise.all([waitUntilSaved(hers), waitUntilSaved(his)]);

    server.kill("SIGKILL");
    await once(server, "exit");
    await hers.keyboard.type("ada wrote on offline. ");
    await hers.locator("[data-status=offline]").waitFor();
    server = await startServer();
    await his.keyboard.type("ben wrote on. ");
    await Promise.all([waitUntilSaved(hers), waitUntilSaved(his)]);

    const expected = [
      "ada was here",
      "ben was here",
      "a tool was here",
      "ada wrote on offline",
      "ben wrote on",
    ];
    await expect.poll(() => readText(his), { timeout: 20_000 }).toEqual(await readText(hers));
    const { content } = await ada.document.get.query({ id });
    expect((await readText(hers)).join("\n")).toBe(content);
    for (const line of expected) expect(content).toContain(line);
    await Promise.all([ada.close(), ben.close()]);
  });
});
