/** The result of a benchmark. */
export interface Measurement {
  /** A description of the measured quantity. */
  what: string;
  value: number;
  /** The unit of the value; "×" is a ratio. */
  unit: "×" | "s" | "ms" | "/s" | "KB" | "MB" | "µs" | "";
  /** The required bound, if any. */
  target?: { atLeast: number } | { atMost: number };
  /** Details, such as the two sides of a ratio. */
  note?: string;
}

/** Whether a measurement meets its target; null without a target. */
export function meetsTarget({ value, target }: Measurement): boolean | null {
  if (target === undefined) return null;
  return "atLeast" in target ? value >= target.atLeast : value <= target.atMost;
}

const widths = { what: 62, value: 11, asked: 10 };

/** Formats a line of the result: the description, the value, the target, and whether it is met. */
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

/** Formats a value with its significant digits. */
export function roundValue(value: number): string {
  if (!Number.isFinite(value)) return "none";
  return value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
}
