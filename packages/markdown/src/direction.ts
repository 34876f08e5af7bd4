import type { MarkdownIt, Token } from "markdown-it";

import { generated } from "./callouts.ts";

const rightToLeft =
  /[\p{sc=Arabic}\p{sc=Hebrew}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}\p{sc=Samaritan}\p{sc=Mandaic}\p{sc=Adlam}\p{sc=Hanifi_Rohingya}]/u;
/** Matches any text that may contain right-to-left letters. Compares code units, for speed. */
const mayBeRightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\ud802\ud803\ud83a]/;
const letter = /\p{L}/u;

type Direction = "ltr" | "rtl";

/** Elements that can have their own direction. */
const directedTokenTypes = new Set(
  `paragraph heading bullet_list ordered_list list_item blockquote callout callout_title table th td dl dt dd`
    .split(" ")
    .map((name) => `${name}_open`),
);
/** Tokens whose letters count. Code is usually in English, whatever the language of the text. */
const textTokenTypes = new Set(["text", "wiki_link"]);

interface DirectedBlock {
  token: Token;
  parent: DirectedBlock | null;
  direction: Direction | null;
}

/**
 * Sets the direction of each block that differs from the block around it. The direction is that of the first letter, as
 * with `dir="auto"`, but the text of nested blocks counts too, so that a list has the direction of its items.
 */
export function directionPlugin(markdown: MarkdownIt): void {
  markdown.core.ruler.push("direction", ({ src, tokens }) => {
    if (!mayBeRightToLeft.test(src)) return;
    const all: DirectedBlock[] = [];
    const open: (DirectedBlock | null)[] = [];
    let innermost: DirectedBlock | null = null;
    for (const token of tokens) {
      if (token.nesting === 1) {
        const block: DirectedBlock = { token, parent: innermost, direction: null };
        open.push(innermost);
        if (directedTokenTypes.has(token.type) && !token.hidden) {
          all.push(block);
          innermost = block;
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

/** Sets the direction of the blocks for which a text is the first. */
function setMissing(innermost: DirectedBlock | null, direction: Direction): void {
  for (let block = innermost; block?.direction === null; block = block.parent) block.direction = direction;
}

/** Returns the direction of a block. Without letters, it is that of the block around it. */
function inherit(block: DirectedBlock | null): Direction {
  for (let around = block; around !== null; around = around.parent)
    if (around.direction !== null) return around.direction;
  return "ltr";
}

function readDirection({ children }: Token): Direction | null {
  for (const { type, content, info } of children ?? []) {
    const [first] = (textTokenTypes.has(type) && info !== generated && letter.exec(content)) || [];
    if (first !== undefined) return rightToLeft.test(first) ? "rtl" : "ltr";
  }
  return null;
}
