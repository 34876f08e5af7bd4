import type { MarkdownIt, Token } from "markdown-it";

import { generated } from "./callouts.ts";

const rightToLeft =
  /[\p{sc=Arabic}\p{sc=Hebrew}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}\p{sc=Samaritan}\p{sc=Mandaic}\p{sc=Adlam}\p{sc=Hanifi_Rohingya}]/u;
/** Whether a text may contain such letters. By code units, for speed. */
const mayBeRightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\ud802\ud803\ud83a]/;
const letter = /\p{L}/u;

type Direction = "ltr" | "rtl";

/** Elements that have a direction of their own. */
const directed = new Set(
  `paragraph heading bullet_list ordered_list list_item blockquote callout callout_title table th td dl dt dd`
    .split(" ")
    .map((name) => `${name}_open`),
);
/** Code is usually English in any language. */
const shown = new Set(["text", "wiki_link"]);

interface Directed {
  token: Token;
  parent: Directed | null;
  direction: Direction | null;
}

/**
 * Sets the direction of each block that differs from the block around it: that of its first letter, as `dir="auto"`
 * would. Unlike there, the text of nested blocks counts too, so that a list has the direction of its items.
 */
export function directionPlugin(markdown: MarkdownIt): void {
  markdown.core.ruler.push("direction", ({ src, tokens }) => {
    if (!mayBeRightToLeft.test(src)) return;
    const all: Directed[] = [];
    const open: (Directed | null)[] = [];
    let innermost: Directed | null = null;
    for (const token of tokens) {
      if (token.nesting === 1) {
        const own: Directed = { token, parent: innermost, direction: null };
        open.push(innermost);
        if (directed.has(token.type) && !token.hidden) {
          all.push(own);
          innermost = own;
        }
      } else if (token.nesting === -1) innermost = open.pop() ?? null;
      const direction = token.type === "inline" ? readDirection(token) : null;
      if (direction !== null) setMissing(innermost, direction);
    }
    for (const { token, parent, direction } of all) {
      if (direction !== null && direction !== inherit(parent)) token.attrSet("dir", direction);
    }
  });
}

/** Sets the direction of the blocks around a text for which it is the first. */
function setMissing(innermost: Directed | null, direction: Direction): void {
  for (let block = innermost; block?.direction === null; block = block.parent) block.direction = direction;
}

/** A block whose text has no letter has the direction of the block around it. */
function inherit(block: Directed | null): Direction {
  for (let around = block; around !== null; around = around.parent)
    if (around.direction !== null) return around.direction;
  return "ltr";
}

function readDirection({ children }: Token): Direction | null {
  for (const { type, content, info } of children ?? []) {
    const [first] = (shown.has(type) && info !== generated && letter.exec(content)) || [];
    if (first !== undefined) return rightToLeft.test(first) ? "rtl" : "ltr";
  }
  return null;
}
