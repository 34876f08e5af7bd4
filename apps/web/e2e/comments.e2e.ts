import { createClient } from "@mdreader/client";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";

import { password, setUpOwner, setUpWeb, signIn } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();
const { ada, workspaceId } = await setUpOwner(web, "Handbook");

const content = `# Plan\n\nBring a **laptop** and curiosity.\n\n${"Filling words.\n\n".repeat(40)}The last passage.\n`;

const write = async () => (await ada.document.create.mutate({ workspaceId, title: "Plan", content })).id;

/** Opens a document in reading view. */
async function openReading(id: string, hash = "", width = 1280, name = "ada") {
  const { page, context, failures } = await web.person();
  await page.setViewportSize({ width, height: 844 });
  await context.addInitScript(() => localStorage.setItem("mdreader.view", JSON.stringify("reading")));
  await signIn(page, web.url, name);
  await page.goto(`${web.url}/w/${workspaceId}/d/${id}${hash}`);
  await page.locator("section[aria-label=Preview] .prose[data-ready]").waitFor();
  return { page, failures };
}

/** The highlighted passages, as they are read. */
const readHighlights = (page: Page, name = "comment") =>
  page.evaluate((key) => {
    const ranges = [...(CSS.highlights.get(key) ?? [])];
    return ranges.map((range) => (range instanceof Range ? range.toString() : ""));
  }, name);

/** Selects a part of a text in the preview, as a person would. */
async function select(page: Page, text: string, part: string): Promise<void> {
  await page
    .locator(".prose p", { hasText: text })
    .first()
    .evaluate((paragraph, wanted) => {
      const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
      const [first, last] = wanted.split("…");
      const find = (words = "") => {
        walker.currentNode = paragraph;
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
          if (node.textContent?.includes(words) === true)
            return { node, at: node.textContent.indexOf(words) };
        throw new Error(`There is no ${words}.`);
      };
      const [from, to] = [find(first), find(last ?? first)];
      getSelection()?.setBaseAndExtent(from.node, from.at, to.node, to.at + (last ?? first ?? "").length);
    }, part);
}

describe("comments in reading view", () => {
  it.each([1280, 390])("are written about a selection and shown, at %d pixels", async (width) => {
    const id = await write();
    const { page, failures } = await openReading(id, "", width);
    await select(page, "Bring a", "laptop…curiosity");
    await page.getByRole("button", { name: "Comment", exact: true }).click();
    await page.getByRole("textbox", { name: "Comment" }).fill("Which one?");
    await page.getByRole("region", { name: "New comment" }).getByRole("button", { name: "Comment" }).click();
    // The quote has no syntax, although the passage has.
    await page.getByRole("article", { name: "Thread about laptop and curiosity" }).waitFor();
    const { items } = await ada.document.comment.list.query({ documentId: id });
    expect(items.map(({ anchor }) => anchor?.quote)).toEqual(["laptop** and curiosity"]);
    await expect.poll(() => readHighlights(page), { timeout: 10_000 }).toEqual(["laptop and curiosity"]);
    expect(await findBarriers(page)).toEqual([]);
    expect(failures).toEqual([]);
  });

  it("open with a click on their passage, and lead back to it", async () => {
    const id = await write();
    await ada.document.comment.create.mutate({
      documentId: id,
      body: "Too short",
      anchor: { quote: "The last passage." },
    });
    const { page } = await openReading(id);
    await expect.poll(() => readHighlights(page), { timeout: 10_000 }).toEqual(["The last passage"]);
    await page.getByText("The last passage.").click({ position: { x: 20, y: 12 } });
    const thread = page.getByRole("article", { name: "Thread about The last passage." });
    await thread.waitFor();
    await expect.poll(() => readHighlights(page, "open-comment")).toEqual(["The last passage"]);

    await page.locator("section[aria-label=Preview]").evaluate((section) => section.scrollTo(0, 0));
    await thread.getByRole("button", { name: "The last passage." }).click();
    await expect
      .poll(() =>
        page
          .getByText("The last passage.")
          .first()
          .evaluate((one) => one.getBoundingClientRect().top),
      )
      .toBeLessThan(844);
  });

  it("open from the link in an email, also replies and resolved ones", async () => {
    const id = await write();
    const first = await ada.document.comment.create.mutate({
      documentId: id,
      body: "A question",
      anchor: { quote: "The last passage." },
    });
    const { threadId } = first;
    const reply = await ada.document.comment.create.mutate({ documentId: id, threadId, body: "An answer" });
    const { page } = await openReading(id, `#comment-${reply.id}`);
    await page
      .getByRole("article", { name: "Thread about The last passage." })
      .getByText("An answer")
      .waitFor();
    await ada.document.comment.resolve.mutate({ documentId: id, threadId });
    const later = await openReading(id, `#comment-${first.id}`);
    await later.page.getByText("A question").waitFor();
    await later.page.getByRole("button", { name: "Reopen" }).waitFor();
    await page.goto(`${web.url}/w/${workspaceId}/d/${id}#comment-01890a5d-ac96-774b-bcce-b302099a8057`);
    await page.getByText("This comment was deleted.").waitFor();
  });

  it("begin from a selection in the preview beside the source too", async () => {
    const id = await write();
    const { page } = await openReading(id, "", 1440);
    await page.getByRole("button", { name: "Split" }).click();
    await page.locator(".cm-content").waitFor();
    await select(page, "Bring a", "curiosity");
    await page.getByRole("button", { name: "Comment on the selection" }).click();
    await page.getByRole("region", { name: "New comment" }).getByText("curiosity").waitFor();
  });

  it("don't begin from a selection without text", async () => {
    const id = await write();
    const { page } = await openReading(id, "", 1440);
    await select(page, "Bring a", "laptop");
    const button = page.getByRole("button", { name: "Comment", exact: true });
    await button.waitFor();
    await select(page, "Bring a", " ");
    await button.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Source" }).click();
    await page.locator(".cm-line", { hasText: "Bring a" }).click();
    await page.keyboard.press("Home");
    await page.keyboard.press("ControlOrMeta+ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    await page.getByRole("button", { name: "Comment on the selection" }).click();
    await page.getByText("Select the text that you want to comment on.").waitFor();
    expect(await page.getByRole("region", { name: "New comment" }).count()).toBe(0);
  });
});

describe("a commenter", () => {
  it("comments on a selection, in the preview and in the source, and can't change anything else", async () => {
    const id = await write();
    const { token } = await ada.workspace.invitation.create.mutate({ workspaceId, role: "commenter" });
    await using cleo = createClient({ url: web.url });
    await cleo.auth.register.mutate({ email: "cleo@example.test", username: "cleo", password });
    await cleo.workspace.invitation.accept.mutate({ token });
    const { threadId } = await ada.document.comment.create.mutate({
      documentId: id,
      body: "Too short",
      anchor: { quote: "The last passage." },
    });
    const { page, failures } = await openReading(id, "", 1440, "cleo");
    const comment = async (body: string) => {
      await page.getByRole("button", { name: "Comment", exact: true }).first().click();
      await page.getByRole("textbox", { name: "Comment" }).fill(body);
      const draft = page.getByRole("region", { name: "New comment" });
      await draft.getByRole("button", { name: "Comment" }).click();
      await draft.waitFor({ state: "detached" });
    };
    await select(page, "Bring a", "curiosity");
    await comment("In the preview");
    await page.getByRole("button", { name: "Source", exact: true }).click();
    await page.locator(".cm-line", { hasText: "Bring a" }).click({ clickCount: 3 });
    await comment("In the source");

    const own = page.getByRole("article", { name: "Thread about curiosity" });
    await own.getByRole("button", { name: "Resolve" }).click();
    await own.waitFor({ state: "detached" });
    const others = page.getByRole("article", { name: "Thread about The last passage." });
    await others.getByRole("button", { name: "Reply" }).waitFor();
    expect(await others.getByRole("button", { name: "Resolve" }).count()).toBe(0);
    const { items } = await ada.document.comment.list.query({ documentId: id, state: "open" });
    expect(items.map((thread) => [thread.id === threadId, thread.anchor?.quote.trim()])).toEqual([
      [true, "The last passage."],
      [false, "Bring a **laptop** and curiosity."],
    ]);

    await page.locator(".cm-content").click();
    await page.keyboard.type("not allowed");
    expect((await ada.document.get.query({ id })).content).toBe(content);
    for (const name of ["Undo", "Share", "New document"])
      expect(await page.getByRole("button", { name, exact: true }).count()).toBe(0);
    expect(await findBarriers(page)).toEqual([]);
    expect(failures).toEqual([]);

    await page.getByRole("link", { name: "Members" }).click();
    await page.getByRole("button", { name: "What you can do" }).click();
    await page.getByRole("dialog").getByText("Requires the Editor role.").first().waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });
});
