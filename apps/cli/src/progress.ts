import { toOneLine } from "./output.ts";

/** Shows on a terminal how far a long work is; elsewhere it is silent. */
export interface Progress {
  /** How much there is to do, as far as it is known by now. */
  total: number;
  /** One more is done. */
  step(name: string): void;
  /** Wipes the line. */
  end(): void;
}

const redrawEvery = 100; // milliseconds

/** @param quiet Whether nothing is to be shown, as when a program reads along. */
export function createProgress(verb: string, quiet: boolean): Progress {
  const stream = process.stderr;
  const shown = !quiet && stream.isTTY;
  let done = 0;
  let drawnAt = 0;
  return {
    total: 0,
    step(name) {
      done += 1;
      const now = Date.now();
      if (!shown || (now - drawnAt < redrawEvery && done < this.total)) return;
      drawnAt = now;
      const line = `${verb} ${done}/${Math.max(this.total, done)}  ${toOneLine(name)}`;
      stream.write(`\r\u001b[K${line.slice(0, Math.max(10, stream.columns - 1))}`);
    },
    end() {
      if (shown) stream.write("\r\u001b[K");
    },
  };
}
