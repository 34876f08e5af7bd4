import { type Client, createClient } from "@mdreader/client";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { password, signIn, startWebTest, type WebTest } from "./app.ts";
import { findBarriers } from "./axe.ts";

let web: WebTest;
let ada: Client;
let workspaceId: string;
let page: Page;
let failures: string[];

beforeAll(async () => {
  web = await startWebTest();
  ada = createClient({ url: web.url });
  await ada.auth.register.mutate({ email: "ada@example.test", username: "ada", password });
  workspaceId = (await ada.workspace.create.mutate({ name: "Vault" })).id;
  ({ page, failures } = await web.person());
  await signIn(page, web.url, "ada");
});
afterAll(async () => {
  await ada.close();
  await web[Symbol.asyncDispose]();
});

const write = async (title: string, content: string) =>
  (await ada.document.create.mutate({ workspaceId, title, content })).id;
const open = (id: string) => page.goto(`${web.url}/w/${workspaceId}/d/${id}`);

describe("an embedded document", () => {
  it("is shown in place, with its own embeds, and follows edits", async () => {
    const inner = await write("Inner", "---\naliases: [Deep down]\n---\nWith **inner** words.");
    await write(
      "Middle",
      "# Top\n\nUnseen.\n\n## Part\n\nSeen. ![[deep down]]\n\n- [ ] a task\n\n## After\n",
    );
    const outer = await write("Outer", "Before\n\n![[Middle#Part]]\n\n![[Nowhere]]\n\n![[Middle#Missing]]\n");
    await open(outer);
    const box = page.getByRole("group", { name: "Embedded: Middle" }).first();
    await box.getByRole("heading", { name: "Part" }).waitFor();
    const nested = box.getByRole("group", { name: "Embedded: Inner" });
    await nested.getByText("With inner words.").waitFor();
    expect(await box.textContent()).not.toMatch(/Unseen|After|aliases/);
    expect(await box.getByRole("checkbox").isDisabled()).toBe(true);
    await page.getByText("“Nowhere” wasn't found.").waitFor();
    await page.getByText("“Middle” has no such heading.").waitFor();
    expect(await findBarriers(page)).toEqual([]);

    const content = "---\naliases: [Deep down]\n---\nNow **changed**.";
    await ada.document.update.mutate({ id: inner, content, overwrite: true });
    await nested.getByText("Now changed.").waitFor();
    await nested.getByRole("link", { name: "deep down" }).click();
    await page.waitForURL((url) => url.pathname.endsWith(inner));
    expect(failures).toEqual([]);
  });

  it("is not embedded in itself, and runs nothing", async () => {
    const first = await write("First", "One ![[Second]]");
    await write("Second", 'Two ![[First]] <img src="x" onerror="alert(1)"><script>alert(2)</script>');
    await open(first);
    await page.getByRole("group", { name: "Embedded: Second" }).getByText("Two").waitFor();
    await page.getByText("“First” is embedded in itself.").waitFor();
    expect(await page.locator(".prose script, .prose [onerror]").count()).toBe(0);
    expect(failures).toEqual([]);
  });

  it("is shown at most twenty times, even when all are in one paragraph", async () => {
    await write("Leaf", "A leaf.");
    await open(await write("Tree", Array.from({ length: 25 }, (_, n) => `${n} ![[Leaf]]`).join(" ")));
    const notes = page.getByText("isn't shown because too many documents are embedded.");
    await notes.nth(4).waitFor();
    expect(await notes.count()).toBe(5);
    expect(await page.getByRole("group", { name: "Embedded: Leaf" }).count()).toBe(20);
  });

  it("is found by its alias, which is a link as well", async () => {
    await write("trail-01", "---\ntitle: The Long Way\n---\n# On the trail\n");
    await open(await write("Walks", "Take [[the long way]]."));
    await page.locator(".prose").getByRole("link", { name: "the long way" }).click();
    await page.getByRole("heading", { name: "On the trail" }).waitFor();
  });
});
