/** Shorter words are found quickly by the engine's own search, whatever they are made of. */
const maxNativeLength = 250;

/**
 * Where `words` first stand in a text from `start` on; -1 where they don't. The same as `indexOf`, which for long words
 * takes as many steps as the two lengths multiplied when they are made for it: tens of seconds, in which nothing else
 * runs. This takes as many as the lengths together (Knuth, Morris and Pratt).
 */
export function linearIndexOf(text: string, words: string, start = 0): number {
  if (words.length <= maxNativeLength) return text.indexOf(words, start);
  const falls = buildFailureTable(words);
  let matched = 0;
  for (let at = start; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    while (matched > 0 && words.charCodeAt(matched) !== unit) matched = falls[matched - 1] ?? 0;
    if (words.charCodeAt(matched) === unit) matched += 1;
    if (matched === words.length) return at + 1 - matched;
  }
  return -1;
}

/** For each beginning of the words, how long the longest end of it is that is a beginning too. */
function buildFailureTable(words: string): Uint32Array {
  const falls = new Uint32Array(words.length);
  let length = 0;
  for (let at = 1; at < words.length; at += 1) {
    const unit = words.charCodeAt(at);
    while (length > 0 && words.charCodeAt(length) !== unit) length = falls[length - 1] ?? 0;
    if (words.charCodeAt(length) === unit) length += 1;
    falls[at] = length;
  }
  return falls;
}
