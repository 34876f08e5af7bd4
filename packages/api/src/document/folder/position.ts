/**
 * Positions of siblings: fractions between 0 and 1 in base 62, without trailing zeros. They sort as strings. Between any
 * two positions there are others, so an item can be placed without changing its siblings.
 */

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const base = BigInt(digits.length);

/** Minimum number of digits with which positions are computed. */
const minDigits = 4;

/**
 * The distance between positions at an open end, in units of the last digit. Positions get longer after about 100,000
 * more at either end.
 */
const endStep = base;

/** Maximum length of a position, because index entries are limited. Siblings with longer ones get new positions. */
export const maxPositionLength = 60;

/**
 * Creates positions between two others, in ascending order.
 * @param after The position before the first one, or null for none.
 * @param before The position after the last one, or null for none. It must be greater than `after`.
 */
export function createPositions(after: string | null, before: string | null, count: number): string[] {
  const total = BigInt(count);
  let width = Math.max(minDigits, after?.length ?? 0, before?.length ?? 0);
  while (parsePosition(before, width, base ** BigInt(width)) - parsePosition(after, width, 0n) <= total)
    width += 1;
  const end = base ** BigInt(width);
  const low = parsePosition(after, width, 0n);
  const high = parsePosition(before, width, end);
  const evenStep = (high - low) / (total + 1n);
  const isOpen = after === null || before === null;
  const step = isOpen && evenStep > endStep ? endStep : evenStep;
  let first = low + step;
  if (before === null && after === null) first = (end - step * total) / 2n;
  else if (after === null) first = high - step * total;
  return Array.from({ length: count }, (_, index) => formatPosition(first + step * BigInt(index), width));
}

/** Parses a position as a number of `width` digits; `none` for null. */
function parsePosition(position: string | null, width: number, none: bigint): bigint {
  if (position === null) return none;
  let value = 0n;
  for (const digit of position.padEnd(width, digits[0])) value = value * base + BigInt(digits.indexOf(digit));
  return value;
}

function formatPosition(value: bigint, width: number): string {
  let text = "";
  for (let rest = value; text.length < width; rest /= base) text = digits.charAt(Number(rest % base)) + text;
  return text.replace(/0+$/, "");
}
