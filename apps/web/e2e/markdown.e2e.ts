import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";

import { password, setUpOwner, setUpWeb } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();
const { ada, workspaceId } = await setUpOwner(web, "Vault");

async function openNew(
  title: string,
  content: string,
): Promise<{ id: string; page: Page; failures: string[] }> {
  const { id } = await ada.document.create.mutate({ workspaceId, title, content });
  const { page, failures } = await web.person();
  await page.goto(`${web.url}/login?next=${encodeURIComponent(`/w/${workspaceId}/d/${id}`)}`);
  await page.getByLabel("Email", { exact: true }).fill("ada@example.test");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.locator(".cm-content").click();
  return { id, page, failures };
}

const foreignMarkdown = `---
title: Brought
tags: [one, two]
---

[TOC]

# :rocket: Start

One[^1] and two[^2].

> [!tip]- Folded
> Hidden words.

:::warning
Hot
:::

==mark== H~2~O x^2^

Term
: Definition

שלום עולם.

- مرحبا

${"A paragraph.\n\n".repeat(60)}
## Last part

[^1]: First note
[^2]: Second note
`;

describe("Markdown from other programs", () => {
  it("is rendered in the preview, folds, and can be reached by its contents", async () => {
    const { page, failures } = await openNew("Brought", foreignMarkdown);
    const prose = page.locator(".prose");
    await prose.locator("h1", { hasText: "🚀 Start" }).waitFor();
    expect(await prose.locator(".footnotes-list > li").allTextContents()).toEqual([
      expect.stringContaining("First note"),
      expect.stringContaining("Second note"),
    ]);
    expect(await prose.locator(".tag").allTextContents()).toEqual(["one", "two"]);
    expect(await prose.locator(":is(mark, sub, sup:not(.footnote-ref), dd)").allTextContents()).toEqual([
      "mark",
      "2",
      "2",
      "Definition",
    ]);
    await prose.locator(".markdown-alert-warning").getByText("Hot").waitFor();

    const hidden = prose.getByText("Hidden words.");
    expect(await hidden.isVisible()).toBe(false);
    await prose.getByText("Folded").click();
    await hidden.waitFor({ state: "visible" });

    const last = prose.getByRole("heading", { name: "Last part" });
    await prose.locator(".toc").getByRole("link", { name: "Last part" }).click();
    await expect.poll(async () => (await last.boundingBox())?.y ?? 10_000).toBeLessThan(400);
    expect(await findBarriers(page)).toEqual([]);
    expect(failures).toEqual([]);
  });

  it("begins on the right if its first letter does, in preview and source", async () => {
    const { page } = await openNew("Directions", "English.\n\nשלום עולם.\n\n- مرحبا\n");
    const readDirection = (selector: string, text: string) =>
      page
        .locator(selector, { hasText: text })
        .first()
        .evaluate((element) => getComputedStyle(element).direction);
    await page.locator(".prose", { hasText: "שלום" }).waitFor();
    expect(await readDirection(".prose p", "English")).toBe("ltr");
    expect(await readDirection(".prose p", "שלום")).toBe("rtl");
    expect(await readDirection(".prose ul", "مرحبا")).toBe("rtl");

    /** Whether the text of a source line is in the right half of the editor. */
    const isOnTheRight = (text: string) =>
      page.locator(".cm-line", { hasText: text }).evaluate((line) => {
        const range = document.createRange();
        range.selectNodeContents(line);
        const { left } = range.getBoundingClientRect();
        const box = line.getBoundingClientRect();
        return left > box.left + box.width / 2;
      });
    expect(await isOnTheRight("English")).toBe(false);
    expect(await isOnTheRight("שלום")).toBe(true);
  });

  it("is written with Enter and the slash menu", async () => {
    const { id, page } = await openNew("Written", "");
    await page.keyboard.type("- one\n");
    await page.keyboard.press("Enter");
    await page.keyboard.type("Text /footnote");
    await page.locator(".cm-tooltip-autocomplete").getByText("Footnote").click();
    await page.keyboard.type("A note");
    await expect
      .poll(async () => (await ada.document.get.query({ id })).content)
      .toBe("- one\nText [^1]\n\n[^1]: A note");
  });
});

describe("a shared document", () => {
  it("never discloses the documents that it embeds or links to", async () => {
    await ada.document.create.mutate({ workspaceId, title: "Secret", content: "The secret words." });
    const { id: documentId } = await ada.document.create.mutate({
      workspaceId,
      title: "Open",
      content: "Before ![[Secret]] and [[Secret]] and ![x](Secret.md) after.",
    });
    const { token } = await ada.document.share.create.mutate({ documentId });
    const { page } = await web.person();
    const bodies: Promise<string>[] = [];
    page.on("response", (response) => bodies.push(response.text().catch(() => "")));
    await page.goto(`${web.url}/s/${token}`);
    await page.getByText("The embedded document “Secret” isn't shown here.").waitFor();
    await page.locator(".prose").getByRole("link", { name: "Secret", exact: true }).waitFor();
    await page.waitForLoadState("networkidle");
    for (const path of ["Secret.md", "Secret", "[[Secret]]"]) {
      const response = await fetch(`${web.url}/s/${token}/${encodeURIComponent(path)}`);
      expect(response.status).toBe(404);
      bodies.push(response.text());
    }
    for (const body of await Promise.all(bodies)) expect(body).not.toContain("The secret words");
    expect(await page.locator("body").textContent()).not.toContain("The secret words");
  });
});

describe("the user guide", () => {
  it("is opened from the account menu, and its pages link to each other", async () => {
    const { page, failures } = await openNew("Helped", "");
    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByRole("menuitem", { name: "Help" }).click();
    await page.getByRole("heading", { name: "Writing Markdown", level: 1 }).waitFor();
    await page.locator(".prose").getByText("Front matter", { exact: true }).first().waitFor();
    expect(await findBarriers(page)).toEqual([]);
    const pages = page.getByRole("navigation", { name: "Help" });
    await pages.getByRole("link", { name: "Sharing and roles" }).click();
    await page.getByRole("heading", { name: "Public links" }).waitFor();
    expect(await pages.locator("[aria-current=page]").textContent()).toBe("Sharing and roles");
    expect(failures).toEqual([]);
  });
});
