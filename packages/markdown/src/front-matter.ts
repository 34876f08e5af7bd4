/** Metadata at the beginning of a document. */
export interface FrontMatter {
  fields: { name: string; value: string }[];
  /** Its length in the document and the number of its lines, including the fences. */
  length: number;
  lines: number;
}

const block = /^\uFEFF?---[ \t]*(?:\r\n?|\n)([^]*?)(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?:\r\n?|\n|$)/;
/** Front matter is short. Longer blocks are not recognized. */
const maxLength = 100_000;
const lineEnd = /\r\n?|\n/;
const field = /^([\w][\w .-]{0,60}):(?:[ \t]+|$)(.*)$/;
const maxFields = 50;

/**
 * Reads front matter for display, without interpreting it: the top-level fields, each with its text as written. Nothing
 * is expanded, so aliases and tags are harmless.
 */
export function readFrontMatter(text: string): FrontMatter | null {
  const found = block.exec(text.slice(0, maxLength));
  if (found === null) return null;
  const [whole, inside = ""] = found;
  const fields: FrontMatter["fields"] = [];
  for (const line of inside.split(lineEnd)) {
    const [, name, value = ""] = field.exec(line) ?? [];
    const last = fields.at(-1);
    if (name !== undefined) fields.push({ name, value: unquote(value.trim()) });
    else if (last !== undefined && line.trim() !== "") last.value = `${last.value}\n${line.trim()}`.trim();
  }
  return {
    fields: fields.slice(0, maxFields),
    length: whole.length,
    lines: whole.split(lineEnd).length - 1,
  };
}

const unquote = (value: string) => /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
