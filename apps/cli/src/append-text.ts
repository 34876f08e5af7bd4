import { findPreferredLineEnding, withLineEnding } from "@mdreader/client";

/** What to write behind a text so that `added` stands at its end on lines of its own, which end as the text's lines do. */
export function createAppendix(text: string, added: string): string {
  const ending = findPreferredLineEnding(text);
  const lines = withLineEnding(added, ending);
  const start = text === "" || /[\r\n]$/.test(text) ? "" : ending;
  return start + lines + (/[\r\n]$/.test(lines) ? "" : ending);
}
