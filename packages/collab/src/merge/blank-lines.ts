import { isBlank } from "./lines.ts";

/** A change of the number of blank lines between two nonblank lines. */
export interface GapChange {
  /** The number of nonblank lines before the gap. */
  after: number;
  /** The number of blank lines in the base. */
  before: number;
}

/** The nonblank lines of a text, and the number of blank lines before each of them and at the end. */
interface Gaps {
  lines: string[];
  blanks: number[];
}

/** Returns the changes between texts that differ only in blank lines. Null if they have other differences, or none. */
export function findGapChanges(base: string, mine: string): GapChange[] | null {
  const [baseGaps, myGaps] = [splitGaps(base), splitGaps(mine)];
  if (baseGaps.lines.length !== myGaps.lines.length) return null;
  if (baseGaps.lines.some((line, index) => line !== myGaps.lines[index])) return null;
  const changes = baseGaps.blanks.flatMap((before, after) =>
    before === myGaps.blanks[after] ? [] : [{ after, before }],
  );
  return changes.length === 0 ? null : changes;
}

/**
 * Counts the gaps of a text that certainly have as many blank lines as in the base. A gap follows the same line as in
 * the base. If the text repeats that line, all gaps after it must have this number of blank lines.
 */
export function countUnchangedGaps(base: string, changes: readonly GapChange[], text: string): number {
  const { lines } = splitGaps(base);
  const target = splitGaps(text);
  /**
   * The first index of each line that may follow the lines so far, and the next index of the same line; -1 for none.
   */
  const heads = new Map<string, number>();
  const next = new Int32Array(target.lines.length);
  /** Whether equally many blank lines follow each line and all its later repetitions. */
  const isUniform = new Uint8Array(target.lines.length);
  for (let at = target.lines.length - 1; at >= 0; at -= 1) {
    const line = target.lines[at] ?? "";
    const later = heads.get(line) ?? -1;
    const isEqual = later === -1 || target.blanks[at + 1] === target.blanks[later + 1];
    isUniform[at] = isEqual && (later === -1 || isUniform[later] === 1) ? 1 : 0;
    next[at] = later;
    heads.set(line, at);
  }
  const changed = new Map(changes.map(({ after, before }) => [after, before]));
  let count = changed.get(0) === target.blanks[0] ? 1 : 0;
  let from = 0;
  for (const [index, line] of lines.entries()) {
    let at = heads.get(line) ?? -1;
    while (at !== -1 && at < from) at = next[at] ?? -1;
    heads.set(line, at);
    if (at === -1) continue;
    from = at + 1;
    const before = changed.get(index + 1);
    if (before !== undefined && isUniform[at] === 1 && target.blanks[at + 1] === before) count += 1;
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
