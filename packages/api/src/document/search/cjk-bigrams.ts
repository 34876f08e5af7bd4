/**
 * Chinese and Japanese are written without spaces, and Korean attaches particles to words, so word boundaries do
 * not tell what to index. Instead, every pair of adjacent characters with at least one Chinese, Japanese or Korean
 * character is indexed ("全文", "3月").
 */

/** A letter or digit of a script without spaces between words. Punctuation of these scripts is not included. */
const ideograph =
  /[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\p{scx=Hangul}]&&[\p{Letter}\p{Letter_Number}]]/v;

/** Whether a text has a Chinese, Japanese or Korean character. */
export const isIdeographic = (text: string): boolean => ideograph.test(text);

/** Runs of letters and digits that pairs are taken from. */
const run = /[\p{Letter}\p{Number}]+/gu;

/** Returns the distinct pairs of a text, in lowercase, in order of first appearance. */
export function toBigrams(text: string): string[] {
  if (!ideograph.test(text)) return [];
  const pairs = new Set<string>();
  for (const [letters] of text.toLowerCase().matchAll(run)) {
    let previous = "";
    let previousIsIdeograph = false;
    for (const character of letters) {
      const isIdeograph = ideograph.test(character);
      if (previous !== "" && (isIdeograph || previousIsIdeograph)) pairs.add(previous + character);
      previous = character;
      previousIsIdeograph = isIdeograph;
    }
  }
  return [...pairs];
}

/** Returns the value of `documents.search_pairs`. Update it whenever the title or content changes. */
export function toCjkBigrams(title: string, content: string): string[] {
  return toBigrams(`${title}\n${content}`);
}
