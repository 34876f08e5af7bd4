import type { StateBlock } from "markdown-it";

/** Lines that are indented by this many columns are code. */
export const codeIndent = 4;

/** A line of a block, without its prefix and indentation. */
export const readLine = ({ src, bMarks, tShift, eMarks }: StateBlock, line: number): string =>
  src.slice((bMarks[line] ?? 0) + (tShift[line] ?? 0), eMarks[line]).trimEnd();
