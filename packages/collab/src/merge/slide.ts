/**
 * Moves each run of changed lines as far down as possible without changing its meaning: `a [b a] b` becomes `a b [a b]`.
 * Runs that touch are merged. A run that passes a change of the other side moves back up to it, so that a replaced line is
 * one hunk instead of a separate removal and insertion. This is the compaction of git's xdiff (`xdl_change_compact`).
 *
 * @param lines The lines of one side.
 * @param changed Marks the lines missing on the other side; modified in place.
 * @param others Marks the other side's lines missing on this one. Unchanged lines have the same order on both sides.
 */
export function slideChanges(lines: Int32Array, changed: Uint8Array, others: Uint8Array): void {
  const own = new RunCursor(changed);
  const other = new RunCursor(others);
  for (;;) {
    if (own.isEmpty()) {
      if (!own.next()) return;
      other.next();
      continue;
    }
    let touchingEnd = -1;
    let highest = own.end;
    for (let length = -1; length !== own.end - own.start;) {
      length = own.end - own.start;
      touchingEnd = -1;
      while (own.start > 0 && lines[own.start - 1] === lines[own.end - 1]) {
        own.slideUp();
        other.previous();
      }
      highest = own.end;
      if (!other.isEmpty()) touchingEnd = own.end;
      while (own.end < lines.length && lines[own.start] === lines[own.end]) {
        own.slideDown();
        other.next();
        if (!other.isEmpty()) touchingEnd = own.end;
      }
    }
    if (own.end !== highest && touchingEnd !== -1) {
      while (other.isEmpty()) {
        own.slideUp();
        other.previous();
      }
    }
    if (!own.next()) return;
    other.next();
  }
}

/** A cursor over the runs of changed lines before, between and after the unchanged ones. A run may be empty. */
class RunCursor {
  start = 0;
  end = 0;
  private readonly changed: Uint8Array;

  constructor(changed: Uint8Array) {
    this.changed = changed;
    while (changed[this.end] === 1) this.end += 1;
  }

  isEmpty(): boolean {
    return this.start === this.end;
  }

  next(): boolean {
    if (this.end >= this.changed.length) return false;
    this.start = this.end + 1;
    this.end = this.start;
    while (this.changed[this.end] === 1) this.end += 1;
    return true;
  }

  previous(): void {
    this.end = this.start - 1;
    this.start = this.end;
    while (this.changed[this.start - 1] === 1) this.start -= 1;
  }

  slideUp(): void {
    this.changed[--this.start] = 1;
    this.changed[--this.end] = 0;
    while (this.changed[this.start - 1] === 1) this.start -= 1;
  }

  slideDown(): void {
    this.changed[this.start++] = 0;
    this.changed[this.end++] = 1;
    while (this.changed[this.end] === 1) this.end += 1;
  }
}
