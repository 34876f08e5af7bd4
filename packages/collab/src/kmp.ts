/** The engine's own search is always fast for shorter patterns. */
const maxNativeLength = 250;

/**
 * The first index of `words` in a text from `start` on; -1 if there is none. Same as `indexOf`, but in linear time (Knuth,
 * Morris and Pratt). `indexOf` is quadratic for long adversarial patterns and can block the process for tens of seconds.
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

/** For each prefix, the length of its longest proper suffix that is also a prefix. */
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
