/** Word and character counts. */
export interface Counts {
  words: number;
  characters: number;
}

/** Scripts without spaces between words are counted by character. */
const word =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]|[\p{L}\p{M}\p{N}]+(?:['’.-][\p{L}\p{M}\p{N}]+)*/gu;

/** Average reading speed in words per minute. */
const readingSpeed = 230;

export function countText(text: string): Counts {
  let words = 0;
  word.lastIndex = 0;
  while (word.test(text)) words += 1;
  return { words, characters: text.length };
}

/** @returns The reading time in minutes, at least one. */
export function estimateReadingMinutes({ words }: Counts): number {
  return Math.max(1, Math.round(words / readingSpeed));
}
