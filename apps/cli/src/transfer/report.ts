import { formatCount, toOneLine } from "../output.ts";

/** Something that was not brought over, and why. */
export interface Problem {
  /** From the folder on the command line; a folder's ends with a slash. */
  path: string;
  message: string;
  /** For a folder: how many files were in it. */
  files?: number;
}

/** Lists problems for people, `most` of them; empty when there are none. Programs get all. */
export function listProblems(heading: string, problems: readonly Problem[], most = 200): string[] {
  if (problems.length === 0) return [];
  const lines = problems.slice(0, most).map(({ path, message, files }) => {
    const many = files === undefined ? "" : ` (${formatCount(files, "file")})`;
    return `  ${toOneLine(path)}${many}: ${message}`;
  });
  const rest = problems.length > most ? [`  … and ${problems.length - most} more (all with --json)`] : [];
  return ["", heading, ...lines, ...rest];
}
