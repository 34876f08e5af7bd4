import { formatCount, toOneLine } from "../output.ts";

/** An item that was not transferred, with the reason. */
export interface Problem {
  /** Relative to the folder on the command line; the path of a folder ends with a slash. */
  path: string;
  message: string;
  /** For folders: the number of files inside. */
  files?: number;
}

/** Formats up to `most` problems under a heading; empty if there are none. JSON output contains all. */
export function listProblems(heading: string, problems: readonly Problem[], most = 200): string[] {
  if (problems.length === 0) return [];
  const lines = problems.slice(0, most).map(({ path, message, files }) => {
    const countNote = files === undefined ? "" : ` (${formatCount(files, "file")})`;
    return `  ${toOneLine(path)}${countNote}: ${message}`;
  });
  const rest = problems.length > most ? [`  … and ${problems.length - most} more (all with --json)`] : [];
  return ["", heading, ...lines, ...rest];
}
