import { container } from "@mdit/plugin-container";
import type { MarkdownIt, StateCore, Token } from "markdown-it";

/** The look of a callout. */
type Tone = "note" | "tip" | "important" | "warning" | "caution" | "quote";

/** The kinds of callouts of GitHub, Obsidian, HedgeDoc, Docusaurus and VitePress. */
const tones: Record<Tone, string> = {
  note: "note abstract summary tldr info todo",
  tip: "tip hint success check done",
  important: "important example question help faq",
  warning: "warning attention",
  caution: "caution danger error failure fail missing bug",
  quote: "quote cite",
};
const toneByKind = new Map(
  Object.entries(tones).flatMap(([tone, kinds]) => kinds.split(" ").map((kind) => [kind, tone] as const)),
);
const foldingKinds = new Set(["details", "spoiler"]);
const titles = new Map([
  ["tldr", "TL;DR"],
  ["faq", "FAQ"],
  ["todo", "To do"],
]);

const mark = /^\[!([\p{L}\p{N}][\p{L}\p{N}_-]{0,39})(?:\|[^\]]{0,100})?\]([+-]?)(?=\s|$)[ \t]*/u;
/**
 * A container's name, attributes and title, with single spaces. Each part matches in only one way, so the time is
 * linear.
 */
const containerInfo = /^([\p{L}\p{N}][\p{L}\p{N}_-]{0,39})? ?(?:\{[^}]*\} ?)?([^]*)$/u;
const containerStart = /^\s*[\p{L}\p{N}{]/u;

/**
 * Callouts: `> [!NOTE] Title` as on GitHub and in Obsidian, folded with `> [!NOTE]-`, and containers, `:::info Title`.
 * A callout may contain others.
 */
export function calloutPlugin(markdown: MarkdownIt): void {
  markdown.use(container, { name: "block", validate: (params: string) => containerStart.test(params) });
  // Omits the plugin's class.
  markdown.renderer.rules["container_block_open"] = (tokens, index, options, _env, self) =>
    self.renderToken(tokens, index, options);
  markdown.core.ruler.push("callouts", (state) => {
    if (state.src.includes("[!") || state.src.includes(":::")) state.tokens = convertCallouts(state);
  });
}

function convertCallouts({ tokens, Token }: StateCore): Token[] {
  const converted: Token[] = [];
  const open: (string | null)[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens.slice(index, index + 1)[0];
    if (token === undefined) break;
    if (token.type === "container_block_open") {
      open.push(openContainer(token, converted, Token));
    } else if (token.type === "blockquote_open") {
      const callout = readCallout(tokens, index, Token);
      open.push(callout?.tag ?? null);
      if (callout === null) converted.push(token);
      else {
        openCallout(token, callout, converted, Token);
        index += callout.length;
      }
    } else {
      if (token.type === "container_block_close" || token.type === "blockquote_close") {
        const tag = open.pop() ?? null;
        if (tag !== null) Object.assign(token, { type: "callout_close", tag });
      }
      converted.push(token);
    }
  }
  return converted;
}

interface Callout {
  tag: "div" | "details";
  tone: string;
  isOpen: boolean;
  title: Token;
}

function openCallout(
  token: Token,
  { tag, tone, isOpen, title }: Callout,
  to: Token[],
  Class: typeof Token,
): void {
  Object.assign(token, { type: "callout_open", tag });
  token.attrSet("class", `markdown-alert markdown-alert-${tone}`);
  if (tag === "details" && isOpen) token.attrSet("open", "");
  const part = tag === "details" ? "summary" : "p";
  const [open, close] = [
    new Class("callout_title_open", part, 1),
    new Class("callout_title_close", part, -1),
  ];
  for (const edge of [open, close]) edge.block = true;
  open.attrSet("class", "markdown-alert-title");
  open.map = token.map;
  to.push(token, open, title, close);
}

/** Reads the mark and title in the first line of a quote. Tokens that belong to them are skipped by `length`. */
function readCallout(
  tokens: Token[],
  at: number,
  Class: typeof Token,
): (Callout & { length: number }) | null {
  const [paragraph, body] = tokens.slice(at + 1, at + 3);
  const [first] = body?.children ?? [];
  if (paragraph?.type !== "paragraph_open" || body === undefined || first?.type !== "text") return null;
  const [whole, written = "", fold = ""] = mark.exec(first.content) ?? [];
  if (whole === undefined) return null;
  const kind = written.toLowerCase();
  first.content = first.content.slice(whole.length);
  const children = body.children ?? [];
  const end = children.findIndex(({ type }) => type === "softbreak" || type === "hardbreak");
  const line = (end === -1 ? children : children.slice(0, end)).filter(
    ({ content, type }) => type !== "text" || content !== "",
  );
  body.children = end === -1 ? [] : children.slice(end + 1);
  return {
    tag: fold === "" ? "div" : "details",
    tone: toneByKind.get(kind) ?? "note",
    isOpen: fold === "+",
    title:
      line.length > 0
        ? createInline(Class, line)
        : createText(Class, titles.get(kind) ?? capitalize(written), generated),
    // Omits a paragraph that has no other line.
    length: body.children.length === 0 ? 3 : 0,
  };
}

/** Opens a container as a callout, or as a plain element if its name is unknown. */
function openContainer(token: Token, to: Token[], Class: typeof Token): string | null {
  const info = token.info.replaceAll(/\s+/g, " ").trim();
  const [, written = "", rest = ""] = containerInfo.exec(info) ?? [];
  const kind = written.toLowerCase();
  const title = (rest.startsWith("[") && rest.endsWith("]") ? rest.slice(1, -1) : rest).trim();
  const tone = foldingKinds.has(kind) ? "note" : toneByKind.get(kind);
  if (tone === undefined) {
    to.push(token);
    if (title !== "") {
      const [open, close] = [new Class("paragraph_open", "p", 1), new Class("paragraph_close", "p", -1)];
      for (const edge of [open, close]) edge.block = true;
      to.push(open, createText(Class, title), close);
    }
    return null;
  }
  const tag = foldingKinds.has(kind) ? "details" : "div";
  const fallback = foldingKinds.has(kind) ? "Details" : (titles.get(kind) ?? capitalize(kind));
  const titleToken = title === "" ? createText(Class, fallback, generated) : createText(Class, title);
  openCallout(token, { tag, tone, isOpen: false, title: titleToken }, to, Class);
  return tag;
}

function createInline(Class: typeof Token, children: Token[]): Token {
  const token = new Class("inline", "", 0);
  token.children = children;
  token.content = children.map(({ content }) => content).join("");
  return token;
}

function createText(Class: typeof Token, content: string, info = ""): Token {
  const token = new Class("text", "", 0);
  Object.assign(token, { content, info });
  return createInline(Class, [token]);
}

/** Marks text that is not in the document. */
export const generated = "generated";

const capitalize = (word: string) => {
  const lower = word.toLowerCase();
  return lower.slice(0, 1).toUpperCase() + lower.slice(1);
};
