import { findPreferredLineEnding } from "@mdreader/client";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";

import { password, setUpOwner, setUpWeb } from "./app.ts";
import { clipboards } from "./clipboards.ts";

const web = await setUpWeb();
const { ada, workspaceId } = await setUpOwner(web, "Together");

async function openNew(title: string, content: string): Promise<{ id: string; page: Page }> {
  const { id } = await ada.document.create.mutate({ workspaceId, title, content });
  const { page } = await web.person();
  await page.goto(`${web.url}/login?next=${encodeURIComponent(`/w/${workspaceId}/d/${id}`)}`);
  await page.getByLabel("Email", { exact: true }).fill("ada@example.test");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.locator(".cm-content").click();
  return { id, page };
}

const readText = async (id: string) => (await ada.document.get.query({ id })).content;

const paste = (page: Page, types: Record<string, string>) =>
  page.locator(".cm-content").evaluate((element, data) => {
    const clipboardData = new DataTransfer();
    for (const [type, value] of Object.entries(data)) clipboardData.setData(type, value);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, types);

/** Pastes a file that contains its name. One with the content of an earlier one would not be uploaded. */
const pasteFile = (page: Page, fileName: string) =>
  page.locator(".cm-content").evaluate((element, name) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([name], name, { type: "text/plain" }));
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, fileName);

/** A line and its line ending, as a plain model of the text. */
interface PlainLine {
  text: string;
  ending: string;
}

const splitLines = (text: string): PlainLine[] =>
  Array.from(text.matchAll(/([^\r\n]*)(\r\n?|\n|$)/g), ([, line = "", ending = ""]) => ({
    text: line,
    ending,
  })).filter(
    ({ text: line, ending }, index, all) =>
      ending !== "" || line !== "" || all[index - 1]?.ending !== "" || index === 0,
  );

const joinLines = (lines: readonly PlainLine[]) => lines.map(({ text, ending }) => text + ending).join("");

/** The expected text after replacing a range of lines and columns. */
function replaceRange(before: string, from: [number, number], to: [number, number], insert: string): string {
  const lines = splitLines(before);
  const ending = findPreferredLineEnding(before);
  const [first, last] = [lines[from[0]], lines[to[0]]];
  const head = first?.text.slice(0, from[1]) ?? "";
  const tail = last?.text.slice(to[1]) ?? "";
  const inserted = insert.split("\n");
  const middle = inserted.map((text, index) => ({
    text,
    ending: index < inserted.length - 1 ? ending : (last?.ending ?? ""),
  }));
  const [begin, end] = [middle[0], middle.at(-1)];
  if (begin !== undefined) begin.text = head + begin.text;
  if (end !== undefined) end.text += tail;
  lines.splice(from[0], to[0] - from[0] + 1, ...middle);
  lines.forEach((line, index) => {
    const next = lines[index + 1];
    if (line.ending === "\r" && next?.text === "" && next.ending === "\n") line.ending = "\r\n";
  });
  return joinLines(lines);
}

/** A deterministic random number generator. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Moves the cursor with the keyboard. */
async function moveCursor(page: Page, line: number, column: number): Promise<void> {
  await page.keyboard.press("Control+Home");
  for (let step = 0; step < line; step += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Home");
  for (let step = 0; step < column; step += 1) await page.keyboard.press("ArrowRight");
}

describe("the editor", () => {
  it.each([
    ["LF", "alphaone\nbetatwo\n\ngamma\nomega\n"],
    ["CRLF", "alphaone\r\nbetatwo\r\n\r\ngamma\r\nomega\r\n"],
    ["CR", "alphaone\rbetatwo\r\rgamma\romega\r"],
    ["mixed line endings", "alphaone\r\nbetatwo\n\ngamma\r\romega\r\n"],
  ])("treats every line ending in a text with %s as one character", async (name, content) => {
    const { id, page } = await openNew(`Lines with ${name}`, content);
    const random = createRandom(name.length * 7_919);
    let expected = content;
    for (let round = 0; round < 30; round += 1) {
      const lines = splitLines(expected);
      const line = random(lines.length);
      const length = lines[line]?.text.length ?? 0;
      const column = random(3) === 0 ? length : random(length + 1);
      await moveCursor(page, line, column);
      const at: [number, number] = [line, column];
      const before: [number, number] =
        column > 0 ? [line, column - 1] : line > 0 ? [line - 1, lines[line - 1]?.text.length ?? 0] : at;
      const after: [number, number] =
        column < length ? [line, column + 1] : line < lines.length - 1 ? [line + 1, 0] : at;
      const action = random(6);
      if (action === 0) {
        await page.keyboard.press("Enter");
        expected = replaceRange(expected, at, at, "\n");
      } else if (action === 1) {
        await page.keyboard.press("Backspace");
        expected = replaceRange(expected, before, at, "");
      } else if (action === 2) {
        await page.keyboard.press("Delete");
        expected = replaceRange(expected, at, after, "");
      } else if (action === 3) {
        await paste(page, { "text/plain": "p\r\nq" });
        expected = replaceRange(expected, at, at, "p\nq");
      } else if (action === 4) {
        await page.keyboard.press("Shift+ArrowRight");
        await page.keyboard.type("s");
        expected = replaceRange(expected, at, after, "s");
      } else {
        await page.keyboard.type("x");
        expected = replaceRange(expected, at, at, "x");
      }
      if (round % 5 === 4)
        await expect.poll(() => readText(id), { message: `after round ${round}` }).toBe(expected);
    }
  });

  it("normalizes mixed line endings, and undoes it", async () => {
    const mixed = "one\r\ntwo\r\nthree\nfour\r";
    const { id, page } = await openNew("Mixed", mixed);
    await page.getByRole("button", { name: "Normalize line endings" }).click();
    await expect.poll(() => readText(id)).toBe("one\r\ntwo\r\nthree\r\nfour\r\n");
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+z");
    await expect.poll(() => readText(id)).toBe(mixed);
  });

  it("checks the clicked task with any line ending before it", async () => {
    const { id, page } = await openNew("Tasks", "a\rb\rc\n\n- [ ] first\n- [ ] second\n- [ ] third\n");
    await page.locator(".prose").getByRole("checkbox").first().check();
    await expect.poll(() => readText(id)).toBe("a\rb\rc\n\n- [x] first\n- [ ] second\n- [ ] third\n");
  });

  it("removes unsupported characters, shows a message and keeps saving", async () => {
    const { id, page } = await openNew("Log", "");
    await paste(page, { "text/plain": "before\0after \ud83d" });
    await page.getByText("2 unsupported characters were removed.").waitFor();
    await page.keyboard.type("and more");
    await expect.poll(() => readText(id)).toBe("beforeafter and more");
  });

  it("turns selected text into a link when an address is pasted, but not in code, HTML or a link target", async () => {
    const address = "https://example.test/";
    const cases = [
      ["Words", `[Words](${address})`],
      ["`Words`", `\`${address}\``],
      ["```\nWords\n```", `\`\`\`\n${address}\n\`\`\``],
      ["---\nurl: Words\n---\n", `---\nurl: ${address}\n---\n`],
      ['<a href="Words">x</a>', `<a href="${address}">x</a>`],
      ["[text](Words)", `[text](${address})`],
    ];
    const { id, page } = await openNew("Addresses", "");
    for (const [before = "", after = ""] of cases) {
      await page.keyboard.press("Control+a");
      await page.keyboard.press("Delete");
      await paste(page, { "text/plain": before });
      const line = before.split("\n").findIndex((text) => text.includes("Words"));
      await moveCursor(page, line, before.split("\n")[line]?.indexOf("Words") ?? 0);
      for (let step = 0; step < "Words".length; step += 1) await page.keyboard.press("Shift+ArrowRight");
      await paste(page, { "text/plain": address });
      await expect.poll(() => readText(id)).toBe(after);
    }
  });

  it("pastes rich text from other programs as equivalent Markdown", async () => {
    const { id, page } = await openNew("Clipboards", "");
    for (const { from, html, markdown } of clipboards) {
      await page.keyboard.press("Control+a");
      await page.keyboard.press("Delete");
      await expect.poll(() => readText(id)).toBe("");
      await paste(page, { "text/html": html, "text/plain": "plain" });
      await expect.poll(() => readText(id), { message: from }).toBe(markdown);
    }
  });

  it("pastes cells of a spreadsheet as a table", async () => {
    const { id, page } = await openNew("Cells", "Before");
    await page.keyboard.press("End");
    await paste(page, { "text/plain": "Name\tPrice\r\nTea\t2\r\n" });
    await expect.poll(() => readText(id)).toBe("Before\n\n| Name | Price |\n| --- | --- |\n| Tea | 2 |\n");
  });

  it("inserts the text of a Markdown file that is dropped into a heading, below it", async () => {
    const { id, page } = await openNew("Dropped", "# Heading\n\nText");
    await page.locator(".cm-line", { hasText: "Heading" }).evaluate((line) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["## Notes\n\nfrom a file\n"], "notes.md", { type: "text/markdown" }));
      const { left, top } = line.getBoundingClientRect();
      const at = { clientX: left + 40, clientY: top + 5, bubbles: true, cancelable: true };
      line.dispatchEvent(new DragEvent("drop", { dataTransfer, ...at }));
    });
    await expect.poll(() => readText(id)).toBe("# Heading\n\n## Notes\n\nfrom a file\n\nText");
    await page.getByText("The text of “notes.md” was inserted.").waitFor();
  });

  it("offers commands in groups after a slash, with their shortcuts", async () => {
    const { page } = await openNew("Slash", "");
    await page.keyboard.type("/");
    const menu = page.locator(".cm-tooltip-autocomplete");
    await menu.getByText("Heading 1").waitFor();
    expect(await menu.locator("completion-section").allTextContents()).toEqual([
      "Text",
      "Lists",
      "Blocks",
      "Insert",
    ]);
    await menu.getByText("Ctrl+Alt+1").waitFor();
  });

  it("pastes HTML that comes without plain text", async () => {
    const { id, page } = await openNew("HTML only", "");
    await paste(page, { "text/html": "<p>Only <b>rich</b> text</p>" });
    await expect.poll(() => readText(id)).toBe("Only **rich** text");
  });

  it("continues after the link of a pasted file", async () => {
    const { id, page } = await openNew("Continued", "before ");
    await moveCursor(page, 0, "before ".length);
    await pasteFile(page, "notes.txt");
    await page.locator(".cm-content", { hasText: "[notes.txt]" }).waitFor();
    await page.keyboard.type(" after");
    await expect.poll(() => readText(id)).toMatch(/^before \[notes\.txt\]\([^)]+\) after$/);
  });

  it("keeps the links of pasted files in order, and before what is typed during their uploads", async () => {
    const { id, page } = await openNew("Meanwhile", "before ");
    const isTyped = Promise.withResolvers<void>();
    await page.route("**/files/uploads/*", async (route) => {
      await isTyped.promise;
      await route.continue();
    });
    await moveCursor(page, 0, "before ".length);
    await pasteFile(page, "first.txt");
    await page.getByLabel("Uploading first.txt", { exact: true }).waitFor();
    await pasteFile(page, "second.txt");
    await page.getByLabel("Uploading second.txt", { exact: true }).waitFor();
    await page.keyboard.type(" after");
    isTyped.resolve();
    await expect
      .poll(() => readText(id))
      .toMatch(/^before \[first\.txt\]\([^)]+\)\[second\.txt\]\([^)]+\) after$/);
  });

  it("inserts the link of a file whose upload ends after the person has left the document", async () => {
    const { id, page } = await openNew("Left", "before after");
    const { id: other } = await ada.document.create.mutate({ workspaceId, title: "Elsewhere", content: "" });
    const isRequested = Promise.withResolvers<void>();
    const isLeft = Promise.withResolvers<void>();
    await page.route("**/files/uploads/*", async (route) => {
      isRequested.resolve();
      await isLeft.promise;
      await route.continue();
    });
    await moveCursor(page, 0, "before".length);
    await pasteFile(page, "left.txt");
    await isRequested.promise;
    await page
      .getByRole("link", { name: "Elsewhere" })
      .or(page.getByText("Elsewhere", { exact: true }))
      .first()
      .click();
    await page.waitForURL(`**/d/${other}`);
    isLeft.resolve();
    await expect.poll(() => readText(id)).toMatch(/^before\[left\.txt\]\([^)]+\) after$/);
  });
});
