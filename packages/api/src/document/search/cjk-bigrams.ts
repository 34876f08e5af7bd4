/**
 * Chinese and Japanese are written without spaces, and Korean words carry their particles: no word boundary tells what to
 * index. So every two neighbouring characters are, of which at least one is Chinese, Japanese or Korean ("全文", "3月").
 */

/** A letter or digit that is written without spaces around it. Punctuation of these scripts is not among them. */
const ideograph =
  /[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\p{scx=Hangul}]&&[\p{Letter}\p{Letter_Number}]]/v;

/** Whether there is a Chinese, Japanese or Korean character in some text. */
export const isIdeographic = (text: string): boolean => ideograph.test(text);

/** Runs that pairs are taken from: letters and digits around at least one ideograph. */
const run = /[\p{Letter}\p{Number}]+/gu;

/** The distinct pairs in some text, in lower case, in the order of their first appearance. */
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

/** What `documents.search_pairs` holds of a document. To be written whenever its title or content is. */
export function toCjkBigrams(title: string, content: string): string[] {
  return toBigrams(`${title}\n${content}`);
}
