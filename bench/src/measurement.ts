/** What a benchmark has found out. */
export interface Measurement {
  /** What was measured. */
  what: string;
  value: number;
  /** Of the value; "×" is a ratio. */
  unit: "×" | "ms" | "/s" | "KB" | "MB" | "µs";
  /** The bound that is asked for, where one is. */
  target?: { atLeast: number } | { atMost: number };
  /** What helps to read it, such as the two sides of a ratio. */
  note?: string;
}

/** Whether a figure is what was asked for; null where nothing was. */
export function meetsTarget({ value, target }: Measurement): boolean | null {
  if (target === undefined) return null;
  return "atLeast" in target ? value >= target.atLeast : value <= target.atMost;
}

const widths = { what: 62, value: 11, asked: 10 };

/** A line of the result: what was measured, what came out, what was asked for, and whether that is met. */
export function formatMeasurement(figure: Measurement): string {
  const { what, value, unit, target, note = "" } = figure;
  const bound =
    target === undefined ? "" : "atLeast" in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
  const verdict = { true: "✓", false: "✗", null: " " }[`${meetsTarget(figure)}`];
  const cells = [
    what.padEnd(widths.what),
    `${roundValue(value)} ${unit}`.padStart(widths.value),
    bound.padStart(widths.asked),
    verdict,
    note,
  ];
  return `  ${cells.join("  ")}`.trimEnd();
}

/** With as many digits as mean something. */
export function roundValue(value: number): string {
  if (!Number.isFinite(value)) return "none";
  return value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
}
