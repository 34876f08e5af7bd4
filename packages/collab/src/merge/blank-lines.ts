import { isBlank } from "./lines.ts";

/** A change of the number of blank lines between two other lines. */
export interface GapChange {
  /** The number of other lines before the gap. */
  after: number;
  /** The number of blank lines in the base. */
  before: number;
}

/** The other lines of a text, and the number of blank lines before each and at the end. */
interface Gaps {
  lines: string[];
  blanks: number[];
}

/** Returns the changes between texts that differ only in blank lines. Null if they differ otherwise, or not at all. */
export function findGapChanges(base: string, mine: string): GapChange[] | null {
  const [was, own] = [splitGaps(base), splitGaps(mine)];
  if (was.lines.length !== own.lines.length) return null;
  if (was.lines.some((line, index) => line !== own.lines[index])) return null;
  const changes = was.blanks.flatMap((before, after) =>
    before === own.blanks[after] ? [] : [{ after, before }],
  );
  return changes.length === 0 ? null : changes;
}

/**
 * Counts the gaps of a text that certainly have as many blank lines as the base before the change. A gap follows the same line
 * as in the base. If that line is repeated, all gaps that follow it must have them.
 */
export function countUnchangedGaps(base: string, changes: readonly GapChange[], text: string): number {
  const { lines } = splitGaps(base);
  const there = splitGaps(text);
  /** For each line, its first place that may follow the lines so far, and the next place of each; -1 for none. */
  const heads = new Map<string, number>();
  const next = new Int32Array(there.lines.length);
  /** For each place, whether this and all later places of its line have equally many blank lines. */
  const isUniform = new Uint8Array(there.lines.length);
  for (let at = there.lines.length - 1; at >= 0; at -= 1) {
    const line = there.lines[at] ?? "";
    const later = heads.get(line) ?? -1;
    const isEqual = later === -1 || there.blanks[at + 1] === there.blanks[later + 1];
    isUniform[at] = isEqual && (later === -1 || isUniform[later] === 1) ? 1 : 0;
    next[at] = later;
    heads.set(line, at);
  }
  const changed = new Map(changes.map(({ after, before }) => [after, before]));
  let count = changed.get(0) === there.blanks[0] ? 1 : 0;
  let from = 0;
  for (const [index, line] of lines.entries()) {
    let at = heads.get(line) ?? -1;
    while (at !== -1 && at < from) at = next[at] ?? -1;
    heads.set(line, at);
    if (at === -1) continue;
    from = at + 1;
    const before = changed.get(index + 1);
    if (before !== undefined && isUniform[at] === 1 && there.blanks[at + 1] === before) count += 1;
  }
  return count;
}

function splitGaps(text: string): Gaps {
  const gaps: Gaps = { lines: [], blanks: [0] };
  const all = text.split(/\r\n|\n|\r/u);
  if (all.at(-1) === "") all.pop();
  for (const line of all) {
    if (isBlank(line)) gaps.blanks.push((gaps.blanks.pop() ?? 0) + 1);
    else {
      gaps.lines.push(line);
      gaps.blanks.push(0);
    }
  }
  return gaps;
}
