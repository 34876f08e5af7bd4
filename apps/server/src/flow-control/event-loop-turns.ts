/**
 * Serializing a large response as JSON takes milliseconds. If many are ready in one turn of the event loop, the rest
 * are spread over later turns, so that other work runs in between.
 */

/** Shorter responses are not counted. In UTF-16 code units. */
const minCountedLength = 16 * 1024;

/** Maximum output per turn, in UTF-16 code units. */
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

/** Counts a response that was written in this turn. */
export function countWritten(length: number): void {
  if (length < minCountedLength) return;
  writtenLength += length;
  scheduleTurn();
}

/** Whether the next response may be written immediately. */
export const hasRoomInTurn = (): boolean => waiting.length === 0 && writtenLength < maxLengthPerTurn;

/** Resolves when the next response may be written; returns null if it may be written immediately. */
export function waitToWrite(): Promise<void> | null {
  if (hasRoomInTurn()) return null;
  return new Promise((resolve) => {
    waiting.push(resolve);
    scheduleTurn();
  });
}
