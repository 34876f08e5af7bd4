/**
 * Writing a large answer as JSON takes milliseconds. Where many are ready in one turn of the event loop, each of the
 * others waits for a later turn, so that everything else is served in between.
 */

/** Shorter answers are not counted, in UTF-16 units. */
const minCountedLength = 16 * 1024;

/** What is written in one turn before the other answers wait. */
const maxLengthPerTurn = 512 * 1024;

let writtenLength = 0;
let isScheduled = false;
const waiting: (() => void)[] = [];

function scheduleTurn(): void {
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(() => {
    isScheduled = false;
    writtenLength = 0;
    waiting.shift()?.();
    if (waiting.length > 0) scheduleTurn();
  });
}

/** Counts an answer that has been written in this turn. */
export function countWritten(length: number): void {
  if (length < minCountedLength) return;
  writtenLength += length;
  scheduleTurn();
}

/** Resolves when the next answer may be written; null where it may be at once. */
export function waitToWrite(): Promise<void> | null {
  if (waiting.length === 0 && writtenLength < maxLengthPerTurn) return null;
  return new Promise((resolve) => {
    waiting.push(resolve);
    scheduleTurn();
  });
}
