import type { Token } from "markdown-it";

import { generated } from "../callouts.ts";

/** The number of displayed words and characters. Code blocks, formulas and front matter don't count. */
export interface Counts {
  words: number;
  characters: number;
  /** The reading time: at least one minute, or zero for an empty text. */
  minutes: number;
}

/**
 * Scripts without spaces between words: Thai, Lao, Myanmar, Khmer, Japanese and Chinese. Compares code units, for
 * speed.
 */
const unspaced =
  /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff66-\uff9f\ud840-\ud887]/;
/** A run of letters, possibly of scripts without spaces between words. */
const run = /[\p{L}\p{M}\p{N}]+(?:['’.-][\p{L}\p{M}\p{N}]+)*/gu;

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** The number of words in each run. Segmentation is slow, and most runs are unchanged between keystrokes. */
const cachedCounts = new Map<string, number>();
const maxCached = 20_000;

/** Average reading speed in words per minute. */
const readingSpeed = 230;

const textTokenTypes = new Set(["text", "code_inline", "emoji", "wiki_link"]);

export function countText(tokens: readonly Token[]): Counts {
  let [words, characters] = [0, 0];
  for (const { type, children } of tokens) {
    if (type !== "inline") continue;
    let text = "";
    for (const child of children ?? []) {
      if (textTokenTypes.has(child.type) && child.info !== generated) text += child.content;
      else if (child.type === "softbreak" || child.type === "hardbreak") text += "\n";
    }
    words += countWords(text);
    characters += text.length;
  }
  return { words, characters, minutes: words === 0 ? 0 : Math.max(1, Math.round(words / readingSpeed)) };
}

function countWords(text: string): number {
  let words = 0;
  if (unspaced.test(text)) {
    for (const [found] of text.matchAll(run)) words += unspaced.test(found) ? segmentRun(found) : 1;
    return words;
  }
  for (run.lastIndex = 0; run.test(text);) words += 1;
  return words;
}

function segmentRun(text: string): number {
  const cachedCount = cachedCounts.get(text);
  if (cachedCount !== undefined) return cachedCount;
  let words = 0;
  for (const { isWordLike } of segmenter.segment(text)) if (isWordLike === true) words += 1;
  if (cachedCounts.size >= maxCached) cachedCounts.clear();
  cachedCounts.set(text, words);
  return words;
}
