import { type Client, createClient } from "@mdreader/client";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";

import { createWorkspace, joinWorkspace, password, register, setUpWeb, signIn } from "./app.ts";

const web = await setUpWeb();

const pollOptions = { timeout: 20_000 };

/** Everything stored in the browser as one text, except device settings. */
const readStored = (page: Page) =>
  page.evaluate(async () => {
    const chosen = new Set([
      "mdreader.theme",
      "mdreader.sidebar.collapsed",
      "mdreader.view",
      "mdreader.panel",
      "mdreader.writers",
    ]);
    const entries = [...Object.entries(localStorage), ...Object.entries(sessionStorage)];
    const values: unknown[] = entries.filter(([key]) => key.startsWith("mdreader.") && !chosen.has(key));
    const opening = indexedDB.open("mdreader");
    await new Promise((resolve) => opening.addEventListener("success", resolve));
    const database = opening.result;
    for (const name of database.objectStoreNames) {
      const reading = database.transaction(name).objectStore(name).getAll();
      await new Promise((resolve) => reading.addEventListener("success", resolve));
      for (const { bytes } of reading.result) values.push(new TextDecoder().decode(bytes));
    }
    database.close();
    const openingResults = indexedDB.open("mdreader-queries");
    await new Promise((resolve) => openingResults.addEventListener("success", resolve));
    const results = openingResults.result;
    for (const name of results.objectStoreNames) {
      const reading = results.transaction(name).objectStore(name).getAll();
      await new Promise((resolve) => reading.addEventListener("success", resolve));
      values.push(...reading.result);
    }
    results.close();
    return JSON.stringify(values);
  });

/** A person with a document open in the browser and a second client. */
async function createWriter(
  name: string,
): Promise<{ page: Page; elsewhere: Client; documentId: string; failures: string[] }> {
  const { page, failures } = await web.person();
  await register(page, web.url, name);
  const workspaceId = await createWorkspace(page, "Handbook");
  const elsewhere = createClient({ url: web.url });
  await elsewhere.auth.login.mutate({ email: `${name}@example.test`, password });
  const { id: documentId } = await elsewhere.document.create.mutate({
    workspaceId,
    title: "Secret plans",
    content: "The treasure lies under the oak.\n",
  });
  await page.goto(`${web.url}/w/${workspaceId}/d/${documentId}`);
  await page.locator(".cm-content").getByText("treasure").waitFor();
  await expect.poll(() => readStored(page), pollOptions).toMatch(/treasure/);
  return { page, elsewhere, documentId, failures };
}

describe("personal data is removed from the browser", () => {
  it("when the session is revoked elsewhere while a page is open", async () => {
    const { page, elsewhere, failures } = await createWriter("ada");
    await elsewhere.auth.session.revokeOthers.mutate();
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
    await expect.poll(() => readStored(page), pollOptions).toBe("[]");
    expect(failures).toEqual([]);
    await elsewhere.close();
  });

  it("on the first contact, when the session was revoked while no page was open", async () => {
    const { page, elsewhere } = await createWriter("ben");
    await page.goto("about:blank");
    await elsewhere.auth.session.revokeOthers.mutate();
    await page.goto(`${web.url}/login`);
    await expect.poll(() => readStored(page), pollOptions).toBe("[]");
    await elsewhere.close();
  });

  it("when the session has expired, without contacting the server", async () => {
    const { page, elsewhere } = await createWriter("cleo");
    await page.evaluate(() => {
      const session: unknown = JSON.parse(localStorage.getItem("mdreader.session") ?? "");
      const expiresAt =
        typeof session === "object" && session !== null && "expiresAt" in session ? session.expiresAt : "";
      if (!(Date.parse(String(expiresAt)) > Date.now())) throw new Error("The session has no expiry.");
      localStorage.setItem("mdreader.session", JSON.stringify({ expiresAt: new Date(0).toISOString() }));
    });
    await page.goto("about:blank");
    await page.route("**/trpc/**", (route) => route.abort());
    await page.goto(`${web.url}/login`);
    await expect.poll(() => readStored(page), pollOptions).toBe("[]");
    await elsewhere.close();
  });

  it("when signing out, including document lists", async () => {
    const { page, elsewhere } = await createWriter("dora");
    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
    await expect.poll(() => readStored(page), pollOptions).toBe("[]");
    await elsewhere.close();
  });

  it("except unsent edits, which are sent when their author signs in again", async () => {
    const { page, elsewhere, documentId } = await createWriter("emil");
    await page.context().setOffline(true);
    await page.locator(".cm-content").click();
    await page.keyboard.type("Dig at midnight. ");
    await expect.poll(() => readStored(page), pollOptions).toContain("midnight");
    await elsewhere.auth.session.revokeOthers.mutate();
    await page.context().setOffline(false);
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor({ timeout: 60_000 });
    await expect.poll(() => readStored(page), pollOptions).not.toContain("Secret plans");

    await register(page, web.url, "fritz");
    expect(await page.content()).not.toMatch(/midnight|Secret plans/);
    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();

    await signIn(page, web.url, "emil");
    const text = async () => (await elsewhere.document.get.query({ id: documentId })).content;
    await expect.poll(text, pollOptions).toContain("Dig at midnight.");
    await elsewhere.close();
  });
});

it("offers the text that was not sent when its author is removed from the workspace", async () => {
  const { elsewhere: owner, documentId, failures: ownerFailures } = await createWriter("karl");
  const { workspaceId } = await owner.document.get.query({ id: documentId });
  const { page, context, failures } = await web.person({ offlineApp: true });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await register(page, web.url, "lena");
  const lena = createClient({ url: web.url });
  const { user } = await lena.auth.login.mutate({ email: "lena@example.test", password });
  await joinWorkspace(lena, owner, workspaceId);
  await page.goto(`${web.url}/w/${workspaceId}/d/${documentId}`);
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+End");
  await context.setOffline(true);
  await page.keyboard.type("Guarded by a dragon.");
  await owner.workspace.member.remove.mutate({ workspaceId, userId: user.id });
  await context.setOffline(false);
  await page.getByRole("heading", { name: "Page not found" }).waitFor();
  await page.getByRole("button", { name: "Copy unsaved text" }).click();
  await page.getByText("Text copied").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("Guarded by a dragon.");
  await page.goto(`${web.url}/w/${workspaceId}`);
  await page.getByRole("heading", { name: "Page not found" }).waitFor();
  expect(await page.getByRole("button", { name: "Copy unsaved text" }).count()).toBe(0);
  expect([...failures, ...ownerFailures]).toEqual([]);
  await lena.close();
  await owner.close();
});

describe("the sign-in page opens", () => {
  /** Keeps the ways to sign in from the page until it has removed the person's data. */
  async function delaySignInOptions(page: Page): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    await page.route(/signInOptions/, async (route) => {
      await promise;
      await route.continue().catch(() => {}); // a request that was canceled
    });
    return resolve;
  }

  it("when the server answers it after a session that was revoked elsewhere is cleared", async () => {
    const { page, elsewhere, failures } = await createWriter("hanna");
    const answer = await delaySignInOptions(page);
    await elsewhere.auth.session.revokeOthers.mutate();
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
    await expect.poll(() => readStored(page), pollOptions).toBe("[]");
    answer();
    await page.getByLabel("Password").waitFor({ timeout: 10_000 });
    expect(failures).toEqual([]);
    await elsewhere.close();
  });

  it("when the server answers it after the session that was signed out is cleared", async () => {
    const { page, elsewhere, failures } = await createWriter("ida");
    const answer = await delaySignInOptions(page);
    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
    await expect.poll(() => readStored(page), pollOptions).toBe("[]");
    answer();
    await page.getByLabel("Password").waitFor({ timeout: 10_000 });
    expect(failures).toEqual([]);
    await elsewhere.close();
  });
});

describe("sign-in", () => {
  it("never redirects to another site, whatever `next` is", async () => {
    const name = `gina-${Date.now()}`;
    const registered = await web.person();
    await register(registered.page, web.url, name);
    for (const next of ["//evil.test", "https://evil.test", "/\\evil.test", "/.//evil.test"]) {
      const { page, context, failures } = await web.person();
      await page.goto(`${web.url}/login?next=${encodeURIComponent(next)}`);
      await page.getByLabel("Email", { exact: true }).fill(`${name}@example.test`);
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByRole("heading", { name: "Workspaces", exact: true }).waitFor();
      expect(page.url()).toBe(`${web.url}/`);
      expect(failures).toEqual([]);
      await context.close();
    }
  });
});
