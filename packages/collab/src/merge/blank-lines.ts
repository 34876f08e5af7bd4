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
 * Counts the gaps of a text that have as many blank lines as the base before the change. A gap follows the same lines as in
 * the base.
 */
export function countUnchangedGaps(base: string, changes: readonly GapChange[], text: string): number {
  const { lines } = splitGaps(base);
  const there = splitGaps(text);
  /** For each line, the gap after it; undefined if the line is missing. */
  const ends: (number | undefined)[] = [0];
  let from = 0;
  for (const line of lines) {
    const index = there.lines.indexOf(line, from);
    if (index !== -1) from = index + 1;
    ends.push(index === -1 ? undefined : from);
  }
  return changes.filter(({ after, before }) => {
    const gap = ends[after];
    return gap !== undefined && there.blanks[gap] === before;
  }).length;
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
