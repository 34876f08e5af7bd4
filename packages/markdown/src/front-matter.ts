/** What a document says about itself before its text begins. */
export interface FrontMatter {
  fields: { name: string; value: string }[];
  /** The document's length and lines that it takes, fences and all. */
  length: number;
  lines: number;
}

const block = /^\uFEFF?---[ \t]*(?:\r\n?|\n)([^]*?)(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?:\r\n?|\n|$)/;
/** What can be written as front matter is short; of a longer beginning none is looked for. */
const maxLength = 100_000;
const lineEnd = /\r\n?|\n/;
const field = /^([\w][\w .-]{0,60}):(?:[ \t]+|$)(.*)$/;
const maxFields = 50;

/**
 * Reads front matter to show it, not to understand it: the fields at the left edge with what follows each, as written.
 * Nothing is expanded, so that no alias or tag in it can do harm.
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
