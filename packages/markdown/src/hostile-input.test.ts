import { describe, expect, it } from "vitest";

import { measureFrontMatter, readMarkdown, relinkFiles, relinkText } from "./index.ts";
import { toPlainText } from "./plain-text.ts";
import { highlightCode, loadGrammars } from "./render/code.ts";
import { renderBlocks } from "./render/index.ts";

const html = (text: string) => renderBlocks(text).blocks.join("");

/** The kernel may count processor time in ticks of 4 ms, so a measurement takes several of them. */
const minMilliseconds = 30;

/** Returns the processor time of a run in this thread, as the mean of as many runs as the clock needs. */
function measureOnce(run: () => unknown): number {
  const start = process.threadCpuUsage();
  for (let runs = 1; ; runs++) {
    run();
    const { user, system } = process.threadCpuUsage(start);
    const milliseconds = (user + system) / 1000;
    if (milliseconds >= minMilliseconds) return milliseconds / runs;
  }
}

/** Returns the shortest of three measurements, since other processes and the garbage collector only add time. */
function measure(run: () => unknown): number {
  return Math.min(measureOnce(run), measureOnce(run), measureOnce(run));
}

/**
 * Expects input of eight times the length to take at most 32 times as long. Quadratic time would be 64 times.
 */
function expectProportional(
  length: number,
  create: (length: number) => string,
  read: (text: string) => unknown,
) {
  const [short, long] = [create(length / 2), create(4 * length)];
  // The first run also compiles the code.
  read(short);
  const before = measure(() => read(short));
  expect(measure(() => read(long)) / before).toBeLessThan(32);
}

describe("hostile input takes time proportional to its length:", () => {
  it("a container's title with spaces and line separators", () => {
    const create = (length: number) => `:::${" ".repeat(length)}x\u2028y\u2028z`;
    expectProportional(100, create, html);
    expect(html(create(990))).toContain("<p>y z</p>");
    expectProportional(50_000, create, html);
    expectProportional(50_000, (length) => `:::note {${"{ ".repeat(length)}\u2028x`, html);
  });

  it("unclosed asides, in sequence and nested", () => {
    expectProportional(5_000, (length) => "<aside>\n".repeat(length), html);
    expectProportional(2_000, (length) => "<aside>\nx\n</aside>\n".repeat(length), html);
    expectProportional(2_000, (length) => `- <aside>\n${"  x\n".repeat(length)}`, html);
  });

  it("an image's title with spaces", () => {
    expectProportional(20_000, (length) => `![](a "${" ".repeat(length)}x")`, html);
  });

  it("images with sizes, and spaces instead of sizes", () => {
    expectProportional(2_000, (length) => "![](a =1x1)".repeat(length), html);
    expectProportional(20_000, (length) => `![](a${" ".repeat(length)}=1x1${" ".repeat(length)}x`, html);
  });

  it("a sequence of unclosed comments", () => {
    for (const line of ["%%\n", "%% a\n\n", "- %%\n", "> %% a\n", "a %% b", "%% a %% b\n"])
      expectProportional(4_000, (length) => line.repeat(length), html);
    expectProportional(4_000, (length) => `%%\n${"a\n\n".repeat(length)}`, html);
  });

  it("an abbreviation's title with spaces", () => {
    expectProportional(10_000, (length) => `*[a]: x${" ".repeat(length)}y\u2028`, html);
  });

  it("a field of front matter with spaces and a line separator", () => {
    const create = (length: number) => `---\nx: y: z\na:${" ".repeat(length)}\u2028b\n---\n`;
    expectProportional(20_000, create, html);
  });

  it("a field of front matter with many lines", () => {
    expectProportional(8_000, (length) => `---\nx: y: z\n${" a\n".repeat(length)}---\n`, html);
  });

  it("front matter of any length, which is displayed as front matter", () => {
    for (const line of ["a: b\n", " - a\n", "x: [1, {a: b}]\n"]) {
      const create = (length: number) => `---\nlist:\n${line.repeat(length)}---\ntext\n`;
      expect(html(create(100_000))).toMatch(/<\/table><p>text<\/p>\n$/);
      expectProportional(25_000, create, html);
    }
  });

  it("front matter that begins with blank lines with Windows line endings", () => {
    const create = (length: number) => `---\r\n${"\r\n".repeat(length)}1\r\n---\r\n`;
    expectProportional(6, create, measureFrontMatter);
    expectProportional(2_000, create, measureFrontMatter);
  });

  it("an excerpt with a line of dashes that is not a rule", () => {
    for (const dashes of ["-", ":-", "-|", "- "]) {
      const create = (length: number) => `${dashes.repeat(length)}---x`;
      expectProportional(10, create, toPlainText);
      expectProportional(2_000, create, toPlainText);
    }
  });

  it("a row of many cells with links", () => {
    const create = (length: number) =>
      `${"|[a](b)".repeat(length)}|${" ".repeat(length)}\n${"|-".repeat(length)}|`;
    expectProportional(2_000, create, readMarkdown);
    expect(readMarkdown(create(1_000)).links).toHaveLength(1_000);
  });

  it("a heading with a link and a long closing sequence", () => {
    const create = (length: number) => `# ${"#".repeat(length)}[a](b) ${"#".repeat(length)}`;
    expectProportional(10_000, create, readMarkdown);
    expect(readMarkdown(create(10)).links).toHaveLength(1);
  });

  it("code with long runs of blank characters", async () => {
    await loadGrammars(["typescript"]);
    const create = (length: number) => `a${"\u2028 ".repeat(length)}b`;
    expectProportional(10_000, create, (code) => highlightCode(code, "typescript", new Set()));
    expect(highlightCode(create(2_000), "typescript", new Set())).toBeNull();
    await loadGrammars(["nix"]);
    const createLines = (length: number) => `a${"\n".repeat(length)}b`;
    expectProportional(4_000, createLines, (code) => highlightCode(code, "nix", new Set()));
    expect(highlightCode(createLines(500), "nix", new Set())).not.toBeNull();
  });
});

describe("hostile input is displayed in a length proportional to its own:", () => {
  it("the title of an abbreviation is limited, and so is its repetition", () => {
    const use = (title: string, count: number) => html(`*[a]: ${title}\n\n${"a ".repeat(count)}`);
    expect(use("x".repeat(300), 2).match(/<abbr/g)).toHaveLength(2);
    expect(use("x".repeat(301), 2)).not.toContain("<abbr");
    expect(use("x".repeat(4_500), 2_250).length).toBeLessThan(20_000);
    const [short, long] = [use("x".repeat(300), 20_000), use("x".repeat(300), 40_000)];
    expect(short.match(/<abbr/g)?.length).toBeLessThan(1_000);
    expect(long.length / short.length).toBeLessThan(3);
  });

  it("the repetition of a link's definition is limited", () => {
    const create = (length: number) =>
      `${"[a] ![a] ".repeat(length)}\n\n[a]: b${"x".repeat(length)}.md '${"y".repeat(length)}'`;
    const [short, long] = [html(create(5_000)), html(create(10_000))];
    expect(short.length).toBeLessThan(20 * create(5_000).length);
    expect(long.length / short.length).toBeLessThan(3);
    expect(short).toContain("[a] ![a]");
    expectProportional(5_000, create, readMarkdown);
    // Ordinary texts are far from the limit.
    const links = html(`${"[a] ".repeat(1_000)}\n\n[a]: https://example.test/${"x".repeat(60)}`);
    expect(links.match(/<a /g)).toHaveLength(1_000);
  });

  it("each field of tags displays only its own tags", () => {
    const tags = Array.from({ length: 500 }, (_, index) => `t${index}`).join(",");
    const text = `---\ntags: ${tags}\n${"tags: x\n".repeat(40)}---\n`;
    expect(html(text).match(/class="tag"/g)).toHaveLength(540);
  });

  it("a copy keeps the original text if too many spellings would become one path", () => {
    const create = (count: number) =>
      Array.from({ length: count }, (_, index) => `[](a${index}/../p.md)`).join("\n");
    const relink = (text: string) => {
      const contents = readMarkdown(text);
      return relinkText(
        text,
        contents,
        relinkFiles(contents, [], () => ["q.md"]),
      );
    };
    expect(relink(create(50)).spellings).toHaveLength(50);
    expect(relink(create(4_000))).toEqual({ text: create(4_000), spellings: [] });
  });
});

describe("names of JavaScript's built-in properties are ordinary words", () => {
  it("as kinds of callouts and languages of code", () => {
    expect(html("> [!constructor]\n> a")).toContain('<p class="markdown-alert-title">Constructor</p>');
    expect(html("```constructor\na\n```\n\n```__proto__\nb\n```")).toContain('data-language="constructor"');
  });
});
