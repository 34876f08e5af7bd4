import { isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";

/** A top-level field. */
interface FrontMatterField {
  name: string;
  /** Its text as written, without quotes. A list has one value for each item. */
  values: string[];
}

/** Metadata at the beginning of a document. */
export interface FrontMatter {
  fields: FrontMatterField[];
  title: string | null;
  /** Without `#`. */
  tags: string[];
  aliases: string[];
  /** Its length in the document and the number of its lines, including the fences. */
  length: number;
  lines: number;
}

const block = /^\uFEFF?---[ \t]*(?:\r\n?|\n)([^]*?)(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?:\r\n?|\n|$)/;
/** Front matter is short. Longer blocks are not recognized. In UTF-16 units. */
const maxLength = 2_000_000;
/** The fields of a longer block are read from its beginning, line by line. In UTF-16 units. */
const maxFieldsLength = 20_000;
const lineEnd = /\r\n?|\n/;
const maxFields = 50;
const maxItems = 200;

/** The fields of the most recently read block. Most texts are read again after an edit elsewhere. */
let last: { yaml: string; fields: FrontMatterField[] | null } = { yaml: "", fields: null };

/**
 * Reads front matter. A block between two lines of dashes is front matter only if it contains YAML with names and
 * values. YAML aliases and tags are not expanded, so they are harmless.
 */
export function readFrontMatter(text: string): FrontMatter | null {
  if (!text.startsWith("---") && !text.startsWith("\uFEFF---")) return null;
  const [whole, yaml = ""] = block.exec(text.slice(0, maxLength)) ?? [];
  if (whole === undefined) return null;
  if (last.yaml !== yaml) last = { yaml, fields: readFields(yaml) };
  const { fields } = last;
  if (fields === null) return null;
  const readValues = (...names: string[]) =>
    fields.filter(({ name }) => names.includes(name.toLowerCase())).flatMap(({ values }) => values);
  return {
    fields,
    title: readValues("title")[0] ?? null,
    tags: readTags(readValues("tags", "tag")),
    aliases: readValues("aliases", "alias").filter((alias) => alias !== ""),
    length: whole.length,
    lines: whole.split(lineEnd).length - 1,
  };
}

/**
 * A field at the beginning of front matter, after blank lines and comments. Each line ending matches in only one way.
 */
const startsWithField = /^(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r(?!\n)|\n))*["'\p{L}_][^:\r\n]*:(?:\s|$)/u;

/** Returns the apparent length of front matter, without parsing its fields; 0 if there is none. */
export function measureFrontMatter(text: string): number {
  if (!text.startsWith("---") && !text.startsWith("\uFEFF---")) return 0;
  const [whole = "", yaml = ""] = block.exec(text.slice(0, maxFieldsLength)) ?? [];
  return startsWithField.test(yaml) ? whole.length : 0;
}

/** The tags in a field's values, without `#`. */
export function readTags(values: readonly string[]): string[] {
  const tags = values.flatMap((value) => value.split(/[\s,]+/)).map((tag) => tag.replace(/^#/, ""));
  return [...new Set(tags.filter((tag) => tag !== ""))];
}

function readFields(yaml: string): FrontMatterField[] | null {
  const source = yaml.slice(0, maxFieldsLength).replaceAll(/\r\n?/g, "\n");
  if (yaml.length > maxFieldsLength) {
    const end = source.lastIndexOf("\n");
    return readLines(end === -1 ? source : source.slice(0, end));
  }
  try {
    return readYaml(source) ?? readLines(source);
  } catch {
    // Nested too deeply.
    return readLines(source);
  }
}

/** The fields of valid YAML whose top level is a mapping. */
function readYaml(source: string): FrontMatterField[] | null {
  // Comparing all keys with each other takes too long.
  const { contents, errors } = parseDocument(source, {
    uniqueKeys: false,
    logLevel: "silent",
    prettyErrors: false,
  });
  if (errors.length > 0 || !isMap(contents) || contents.flow === true) return null;
  const fields: FrontMatterField[] = [];
  for (const { key, value } of contents.items.slice(0, maxFields)) {
    if (!isScalar(key)) return null;
    const items = isSeq(value) ? value.items.slice(0, maxItems) : [value];
    fields.push({ name: scalarToText(key, source), values: items.map((item) => scalarToText(item, source)) });
  }
  return fields.length === 0 ? null : fields;
}

/** The text of a value without quotes, or as written if it is nested. */
function scalarToText(node: unknown, source: string): string {
  if (isScalar(node)) return typeof node.value === "string" ? node.value.trim() : (node.source ?? "").trim();
  if (isAlias(node)) return `*${node.source}`;
  if (!isMap(node) && !isSeq(node)) return "";
  const [start, end] = node.range ?? [0, 0];
  return source
    .slice(start, end)
    .replaceAll(/\n[ \t]+/g, "\n")
    .trim();
}

const field = /^([\p{L}_][\p{L}\p{N}_ .-]{0,60}):(?=[ \t]|$)/u;
const continued = /^(?:[ \t]|- |-$|#|$)/;

/** The fields of invalid YAML, for example with a second colon, if each line looks like a part of a field. */
function readLines(source: string): FrontMatterField[] | null {
  const fields: (FrontMatterField & { continuation: string[] })[] = [];
  for (const line of source.split("\n")) {
    const [prefix = "", name] = field.exec(line) ?? [];
    const before = fields.at(-1);
    if (name !== undefined) {
      const values = splitList(line.slice(prefix.length).trim()).map(unquote);
      fields.push({ name, values, continuation: [] });
    } else if (!continued.test(line) || (before === undefined && !/^(?:#|\s*$)/.test(line))) return null;
    else if (line.trim() !== "") before?.continuation.push(line.trim());
  }
  if (fields.length === 0) return null;
  return fields.slice(0, maxFields).map(({ name, values, continuation }) => ({
    name,
    values: continuation.length === 0 ? values : [[...values, ...continuation].join("\n").trim()],
  }));
}

const splitList = (value: string) =>
  /^\[.*\]$/.test(value)
    ? value
        .slice(1, -1)
        .split(",")
        .map((item) => item.trim())
    : [value];
const unquote = (value: string) => /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
