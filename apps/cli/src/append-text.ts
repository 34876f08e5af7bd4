import { findPreferredLineEnding, withLineEnding } from "@mdreader/client";

/** The text to insert at the end of `text` to append `added` on new lines, with the line endings of `text`. */
export function createAppendix(text: string, added: string): string {
  const ending = findPreferredLineEnding(text);
  const lines = withLineEnding(added, ending);
  const start = text === "" || /[\r\n]$/.test(text) ? "" : ending;
  return start + lines + (/[\r\n]$/.test(lines) ? "" : ending);
}
