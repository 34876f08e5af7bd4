import type { Hunk } from "../shortest.ts";

/** Lines that one side or both changed, and where they are in each text. */
export interface ChangedStretch {
  base: LineSpan;
  mine: LineSpan;
  theirs: LineSpan;
  /** Both count from the stretch's beginning. */
  myHunks: Hunk[];
  theirHunks: Hunk[];
}

export interface LineSpan {
  start: number;
  end: number;
}

/** Several stretches as one, with the lines between them. */
export function joinStretches(stretches: readonly ChangedStretch[]): ChangedStretch {
  const [first, last] = [stretches[0], stretches.at(-1)];
  if (first === undefined || last === undefined) throw new Error("There is no stretch.");
  const span = (side: "base" | "mine" | "theirs") => ({ start: first[side].start, end: last[side].end });
  const hunks = (side: "mine" | "theirs", own: "myHunks" | "theirHunks") =>
    stretches.flatMap((stretch) =>
      stretch[own].map((hunk) =>
        moved(hunk, first.base.start - stretch.base.start, first[side].start - stretch[side].start),
      ),
    );
  return {
    base: span("base"),
    mine: span("mine"),
    theirs: span("theirs"),
    myHunks: hunks("mine", "myHunks"),
    theirHunks: hunks("theirs", "theirHunks"),
  };
}

/** Puts changes that meet or touch each other into one stretch. Between two stretches is a line that nobody changed. */
export function findStretches(mine: readonly Hunk[], theirs: readonly Hunk[]): ChangedStretch[] {
  const stretches: ChangedStretch[] = [];
  /** How many lines longer each side has become by the hunks before. */
  let [myShift, theirShift] = [0, 0];
  let [next, other] = [0, 0];
  for (let first = earlier(mine[next], theirs[other]); first !== undefined;) {
    const start = first.from;
    let end = start;
    const [myHunks, theirHunks]: [Hunk[], Hunk[]] = [[], []];
    const [myStart, theirStart] = [start + myShift, start + theirShift];
    for (let hunk: Hunk | undefined = first; hunk !== undefined && hunk.from <= end;) {
      end = Math.max(end, hunk.to);
      const longer = hunk.end - hunk.start - (hunk.to - hunk.from);
      if (hunk === mine[next]) {
        myHunks.push(moved(hunk, start, myStart));
        myShift += longer;
        next += 1;
      } else {
        theirHunks.push(moved(hunk, start, theirStart));
        theirShift += longer;
        other += 1;
      }
      hunk = earlier(mine[next], theirs[other]);
    }
    stretches.push({
      base: { start, end },
      mine: { start: myStart, end: end + myShift },
      theirs: { start: theirStart, end: end + theirShift },
      myHunks,
      theirHunks,
    });
    first = earlier(mine[next], theirs[other]);
  }
  return stretches;
}

function earlier(mine: Hunk | undefined, theirs: Hunk | undefined): Hunk | undefined {
  if (mine === undefined || theirs === undefined) return mine ?? theirs;
  return mine.from < theirs.from ? mine : theirs;
}

const moved = ({ from, to, start, end }: Hunk, base: number, side: number): Hunk => ({
  from: from - base,
  to: to - base,
  start: start - side,
  end: end - side,
});
