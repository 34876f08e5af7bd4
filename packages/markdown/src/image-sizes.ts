import type { MarkdownIt, StateInline, Token } from "markdown-it";

const number = String.raw`\d{1,4}%?`;
const written = `=(?=\\d|x\\d)(${number})?x(${number})?`;
/** The size at the end of a title, as Outline exports it: `![](a.png "A caption =300x200")`. */
const inTitle = new RegExp(`(?:^|\\s)${written}$`);
/** The size after the destination and title, as HedgeDoc writes it: `![](a.png =300x200)`. */
const inLink = new RegExp(`\\s+(${written})\\s*\\)`, "y");

/** Whether inline texts may contain a size. Few do. */
const mayHaveSize = new WeakMap<StateInline, boolean>();

/** Reads images with a size. Appends the size to the title, where `applyImageSize` finds it. */
export function imageSizePlugin(markdown: MarkdownIt): void {
  markdown.inline.ruler.before("image", "sized_image", (state, silent) => {
    const { src, pos, posMax, md, env } = state;
    if (!src.startsWith("![", pos) || !hasSize(state)) return false;
    const labelEnd = md.helpers.parseLinkLabel(state, pos + 1, false);
    if (labelEnd < 0 || src[labelEnd + 1] !== "(") return false;
    const destination = md.helpers.parseLinkDestination(src, skipSpaces(src, labelEnd + 2), posMax);
    if (!destination.ok) return false;
    const title = md.helpers.parseLinkTitle(src, skipSpaces(src, destination.pos), posMax);
    inLink.lastIndex = title.ok ? title.pos : destination.pos;
    const [whole, size = ""] = inLink.exec(src) ?? [];
    const end = inLink.lastIndex;
    const href = md.normalizeLink(destination.str);
    if (whole === undefined || end > posMax || !md.validateLink(href)) return false;
    if (!silent) {
      const children: Token[] = [];
      const content = src.slice(pos + 2, labelEnd);
      md.inline.parse(content, md, env, children);
      const token = state.push("image", "img", 0);
      token.attrs = [
        ["src", href],
        ["alt", ""],
        ["title", title.ok ? `${title.str} ${size}` : size],
      ];
      Object.assign(token, { children, content });
    }
    state.pos = end;
    return true;
  });
}

function hasSize(state: StateInline): boolean {
  const has = mayHaveSize.get(state) ?? /\s=[\dx]/.test(state.src);
  mayHaveSize.set(state, has);
  return has;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? "")) at += 1;
  return at;
}

/** Turns the size in an image's title into its width and height. */
export function applyImageSize(token: Token): void {
  const title = String(token.attrGet("title") ?? "");
  const [whole, width, height] = inTitle.exec(title) ?? [];
  if (whole === undefined) return;
  const caption = title.slice(0, -whole.length).trim();
  token.attrs = (token.attrs ?? []).filter(([name]) => name !== "title");
  if (caption !== "") token.attrSet("title", caption);
  if (width !== undefined) token.attrSet("width", width);
  if (height !== undefined) token.attrSet("height", height);
}
