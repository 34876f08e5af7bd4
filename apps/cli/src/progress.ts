import { toOneLine } from "./output.ts";
import { getTerminal } from "./terminal.ts";

/** Shows the progress of an operation on a terminal; silent without one. */
export interface Progress {
  /** The number of steps known so far. */
  total: number;
  /** Counts a completed step. */
  step(name: string): void;
  /** Clears the line. */
  end(): void;
}

const redrawIntervalMs = 100;
/** The width of a terminal that does not report one. */
const defaultWidthColumns = 80;

/** @param quiet Whether to show nothing, as with `--json`. */
export function createProgress(verb: string, quiet: boolean): Progress {
  const stream = getTerminal().stderr;
  const isVisible = !quiet && stream.isTTY;
  let done = 0;
  let lastDrawnAt = 0;
  return {
    total: 0,
    step(name) {
      done += 1;
      const now = Date.now();
      if (!isVisible || (now - lastDrawnAt < redrawIntervalMs && done < this.total)) return;
      lastDrawnAt = now;
      const line = `${verb} ${done}/${Math.max(this.total, done)}  ${toOneLine(name)}`;
      stream.write(`\r\u001b[K${line.slice(0, (stream.columns || defaultWidthColumns) - 1)}`);
    },
    end() {
      if (isVisible) stream.write("\r\u001b[K");
    },
  };
}
