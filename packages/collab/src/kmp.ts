/** The built-in search is always fast for patterns up to this length. */
const maxNativeLength = 250;

/**
 * Returns the first index of `pattern` in a text from `start` on; -1 if there is none. Same as `indexOf`, but in linear
 * time (Knuth, Morris and Pratt). `indexOf` takes quadratic time for long adversarial patterns and can block the
 * process for tens of seconds.
 */
export function linearIndexOf(text: string, pattern: string, start = 0): number {
  if (pattern.length <= maxNativeLength) return text.indexOf(pattern, start);
  const failureTable = buildFailureTable(pattern);
  let matched = 0;
  for (let at = start; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    while (matched > 0 && pattern.charCodeAt(matched) !== unit) matched = failureTable[matched - 1] ?? 0;
    if (pattern.charCodeAt(matched) === unit) matched += 1;
    if (matched === pattern.length) return at + 1 - matched;
  }
  return -1;
}

/** Returns, for each prefix, the length of its longest proper suffix that is also a prefix. */
function buildFailureTable(pattern: string): Uint32Array {
  const failureTable = new Uint32Array(pattern.length);
  let length = 0;
  for (let at = 1; at < pattern.length; at += 1) {
    const unit = pattern.charCodeAt(at);
    while (length > 0 && pattern.charCodeAt(length) !== unit) length = failureTable[length - 1] ?? 0;
    if (pattern.charCodeAt(length) === unit) length += 1;
    failureTable[at] = length;
  }
  return failureTable;
}
