import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The comments in the schema, by the tables' names in the database. */
export interface TableComments {
  table: string | null;
  /** By the columns' names in the schema, such as `createdAt`. */
  columns: Map<string, string>;
}

const folder = fileURLToPath(new URL("../../src/schema/", import.meta.url));
const comment = String.raw`/\*\*((?:(?!\*/)[^])*)\*/\s*`;
const tables = new RegExp(String.raw`(?:${comment})?export const \w+ = pgTable\(\s*"(\w+)"`, "g");
const columns = new RegExp(String.raw`${comment}(\w+):`, "g");

/** Reads the comments that precede tables and columns. */
export function readComments(): Map<string, TableComments> {
  const found = new Map<string, TableComments>();
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".ts"))) {
    const source = readFileSync(`${folder}${file}`, "utf8");
    const begun = [...source.matchAll(tables)];
    for (const [index, { 1: text, 2: name = "", index: at, 0: head }] of begun.entries()) {
      const body = source.slice(at + head.length, begun[index + 1]?.index);
      const own = [...body.matchAll(columns)].map(
        ([, said = "", column = ""]) => [column, oneLine(said)] as const,
      );
      found.set(name, { table: text === undefined ? null : oneLine(text), columns: new Map(own) });
    }
  }
  return found;
}

const oneLine = (text: string) => text.replaceAll(/\s*\n\s*\*?\s*/g, " ").trim();
