import { getTableName, is } from "drizzle-orm";
import { type AnyPgTable, getTableConfig, type PgColumn, PgTable } from "drizzle-orm/pg-core";

import * as schema from "../../src/schema/index.ts";
import { readComments, type TableComments } from "./comments.ts";

type Config = ReturnType<typeof getTableConfig>;

/** The data model as Markdown: a picture of what refers to what, and each table with its columns and keys. */
export function describeDataModel(): string {
  const tables: AnyPgTable[] = Object.values(schema).filter((value) => is(value, PgTable));
  // By name: in which order a module has its exports depends on who loads it.
  const found = tables.toSorted((a, b) => (getTableName(a) < getTableName(b) ? -1 : 1));
  const comments = readComments();
  const described = found.map((table) => ({
    config: getTableConfig(table),
    /** The names of the columns in the schema, by those in the database. */
    keys: new Map(Object.entries(describeColumns(table)).map(([key, { name }]) => [name, key])),
    comments: comments.get(getTableName(table)) ?? { table: null, columns: new Map<string, string>() },
  }));
  return [
    "# Data model\n",
    "Written by `pnpm db:docs` from the schema in [`packages/db/src/schema`](../packages/db/src/schema); a test holds it to that.\n",
    renderDiagram(described.map(({ config }) => config)),
    ...described.map(({ config, keys, comments: said }) => describeTable(config, keys, said)),
  ].join("\n");
}

const describeColumns = (table: AnyPgTable): Record<string, PgColumn> =>
  Object.fromEntries(
    Object.entries(table).filter(
      ([, value]) => typeof value === "object" && value !== null && "columnType" in value,
    ),
  );

function renderDiagram(configs: readonly Config[]): string {
  const lines = configs.flatMap(({ name, foreignKeys }) => {
    const targets = foreignKeys.map((key) => getTableName(key.reference().foreignTable));
    return [...new Set(targets)].map((target) => `  ${target} ||--o{ ${name} : ""`);
  });
  return ["```mermaid", "erDiagram", ...lines, "```\n"].join("\n");
}

function describeTable(config: Config, keys: ReadonlyMap<string, string>, comments: TableComments): string {
  const { name, columns, primaryKeys, foreignKeys, indexes } = config;
  const inKey = new Set([
    ...columns.filter(({ primary }) => primary).map((column) => column.name),
    ...primaryKeys.flatMap((key) => key.columns.map((column) => column.name)),
  ]);
  const rows = columns.map((column) => {
    const said = comments.columns.get(keys.get(column.name) ?? "") ?? "";
    const marks = [inKey.has(column.name) ? "key" : "", column.notNull ? "" : "or null"]
      .filter(Boolean)
      .join(", ");
    return `| \`${column.name}\` | ${column.getSQLType()} | ${marks} | ${said.replaceAll("|", "\\|")} |`;
  });
  const references = foreignKeys.map((key) => {
    const { columns: own, foreignColumns, foreignTable } = key.reference();
    return `- (${columnNames(own)}) → \`${getTableName(foreignTable)}\` (${columnNames(foreignColumns)})`;
  });
  return [
    `## ${name}\n`,
    ...(comments.table === null ? [] : [`${comments.table}\n`]),
    "| column | type | | |\n|---|---|---|---|",
    ...rows,
    "",
    ...(references.length === 0 ? [] : [...references, ""]),
    ...(indexes.length === 0
      ? []
      : [`Indexes: ${indexes.map((index) => `\`${index.config.name}\``).join(", ")}.\n`]),
  ].join("\n");
}

const columnNames = (columns: readonly { name: string }[]) =>
  columns.map(({ name }) => `\`${name}\``).join(", ");
