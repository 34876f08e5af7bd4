import type { Env, MarkdownIt, Token } from "markdown-it";

import { canRepeat } from "./repetition.ts";

interface Abbreviation {
  label: string;
  title: string;
}

/** The abbreviations of a text by their first word, longest first. */
type Abbreviations = Map<string, Abbreviation[]>;

const definition = /^\*\[([^[\]\n]{1,100})\]:/;
/** Maximum length of a title in characters. Lines with longer ones are text. */
const maxTitleLength = 300;
const word = /[\p{L}\p{M}\p{N}_]+/gu;
const isWordStart = /^[\p{L}\p{M}\p{N}_]/u;
/** Maximum number of abbreviations that begin with the same word. It keeps the time proportional to the length. */
const maxPerWord = 8;

const abbreviationsByEnv = new WeakMap<Env, Abbreviations>();

/** Abbreviations, defined by lines such as `*[HTML]: Hypertext Markup Language`. */
export function abbreviationPlugin(markdown: MarkdownIt): void {
  markdown.block.ruler.before(
    "reference",
    "abbreviation",
    (state, startLine, _endLine, silent) => {
      const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
      if (!state.src.startsWith("*[", start) || (state.sCount[startLine] ?? 0) - state.blkIndent >= 4)
        return false;
      const line = state.src.slice(start, state.eMarks[startLine]);
      const [prefix = "", label = ""] = definition.exec(line) ?? [];
      const title = line.slice(prefix.length).trim();
      if (prefix === "" || title === "" || title.length > maxTitleLength) return false;
      const [first] = label.match(word) ?? [];
      if (first === undefined || !label.startsWith(first)) return false;
      if (silent) return true;
      const abbreviations: Abbreviations = abbreviationsByEnv.get(state.env) ?? new Map();
      abbreviationsByEnv.set(state.env, abbreviations);
      const sameWord = abbreviations.get(first) ?? [];
      if (sameWord.length < maxPerWord && !sameWord.some((other) => other.label === label)) {
        const sorted = [...sameWord, { label, title }].toSorted((a, b) => b.label.length - a.label.length);
        abbreviations.set(first, sorted);
      }
      state.line = startLine + 1;
      return true;
    },
    { alt: ["paragraph", "reference"] },
  );
  markdown.core.ruler.push("abbreviations", ({ tokens, env, Token }) => {
    const abbreviations = abbreviationsByEnv.get(env);
    if (abbreviations === undefined) return;
    for (const token of tokens)
      if (token.type === "inline")
        token.children =
          token.children?.flatMap((child) =>
            child.type === "text" ? splitText(child, abbreviations, env, Token) : [child],
          ) ?? null;
  });
}

/** Splits a text token at its abbreviations. */
function splitText(token: Token, abbreviations: Abbreviations, env: Env, Class: typeof Token): Token[] {
  const { content } = token;
  const parts: Token[] = [];
  let done = 0;
  const addText = (end: number) => {
    const text = new Class("text", "", 0);
    text.content = content.slice(done, end);
    parts.push(text);
  };
  for (const { 0: first, index } of content.matchAll(word)) {
    if (index < done) continue;
    const abbreviation = abbreviations.get(first)?.find(({ label }) => {
      const after = content.slice(index + label.length, index + label.length + 2);
      return (
        content.startsWith(label, index) && !(isWordStart.test(after) && isWordStart.test(label.slice(-1)))
      );
    });
    if (abbreviation === undefined || !canRepeat(env, abbreviation.title.length)) continue;
    if (index > done) addText(index);
    done = index;
    const open = new Class("abbr_open", "abbr", 1);
    open.attrSet("title", abbreviation.title);
    parts.push(open);
    addText(index + abbreviation.label.length);
    parts.push(new Class("abbr_close", "abbr", -1));
    done = index + abbreviation.label.length;
  }
  if (parts.length === 0) return [token];
  if (done < content.length) addText(content.length);
  return parts;
}
