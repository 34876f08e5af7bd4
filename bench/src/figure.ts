/** What a benchmark has found out. */
export interface Figure {
  /** What was measured. */
  what: string;
  value: number;
  /** Of the value; "×" is a ratio. */
  unit: "×" | "ms" | "/s" | "KB" | "MB" | "µs";
  /** The bound that is asked for, where one is. */
  asked?: { atLeast: number } | { atMost: number };
  /** What helps to read it, such as the two sides of a ratio. */
  note?: string;
}

/** Whether a figure is what was asked for; null where nothing was. */
export function isMet({ value, asked }: Figure): boolean | null {
  if (asked === undefined) return null;
  return "atLeast" in asked ? value >= asked.atLeast : value <= asked.atMost;
}

const widths = { what: 62, value: 11, asked: 10 };

/** A line of the result: what was measured, what came out, what was asked for, and whether that is met. */
export function lineOf(figure: Figure): string {
  const { what, value, unit, asked, note = "" } = figure;
  const bound = asked === undefined ? "" : "atLeast" in asked ? `≥ ${asked.atLeast}` : `≤ ${asked.atMost}`;
  const verdict = { true: "✓", false: "✗", null: " " }[`${isMet(figure)}`];
  const cells = [
    what.padEnd(widths.what),
    `${rounded(value)} ${unit}`.padStart(widths.value),
    bound.padStart(widths.asked),
    verdict,
    note,
  ];
  return `  ${cells.join("  ")}`.trimEnd();
}

/** With as many digits as mean something. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return "none";
  return value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
}
