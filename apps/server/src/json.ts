/** Maximum nesting. No valid input exceeds ten levels. */
const maxDepth = 64;

/** Maximum number of values. No valid input has a tenth of that. */
const maxValues = 20_000;

/**
 * Parses untrusted JSON. Input that is nested too deeply or has too many values is rejected before parsing, because the
 * parser takes seconds for megabytes of brackets, and half a second for hundreds of thousands of fields.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  if (!isTooShort(text)) assertWithinLimits(text);
  return JSON.parse(text);
}

/** Whether a text is too short, and has too few brackets, to exceed the limits, as most messages of a socket. */
const isTooShort = (text: string): boolean =>
  text.length <= maxValues && countUpTo(maxDepth, text, "{") + countUpTo(maxDepth, text, "[") <= maxDepth;

/** Counts the occurrences of a character, up to one more than `max`. */
function countUpTo(max: number, text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at !== -1 && count <= max; at = text.indexOf(character, at + 1))
    count += 1;
  return count;
}

const quote = 0x22;
const backslash = 0x5c;

function assertWithinLimits(text: string): void {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = findStringEnd(text, at);
    else if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) depth -= 1;
    else if (code === 0x2c) values += 1;
    if (depth > maxDepth) throw new SyntaxError("the JSON is nested too deeply");
    if (values > maxValues) throw new SyntaxError("the JSON has too many values");
  }
}

/** Returns the end of the string that starts at a quote. */
function findStringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === backslash) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}
