import { Column, type DriverValueDecoder, getTableName, is, SQL, Subquery } from "drizzle-orm";
import type { SelectedFieldsOrdered } from "drizzle-orm/pg-core";

/** Whether the objects of joined tables can be missing, by table. */
type JoinedTables = Record<string, boolean> | undefined;

type Field = SelectedFieldsOrdered[number]["field"];

/**
 * Creates a function that maps rows as Drizzle's `mapResultRow` does. That function inspects the columns again for
 * each value, which takes several times as long as the rest.
 */
export function createRowMapper(
  fields: SelectedFieldsOrdered,
  joinedTables: JoinedTables,
): (row: readonly unknown[]) => Record<string, unknown> {
  const columns = fields.map(({ path, field }, index) => ({
    index,
    parents: path.slice(0, -1),
    name: path.at(-1) ?? "",
    decoder: getDecoder(field),
  }));
  const optional = findOptionalObjects(fields, joinedTables);
  return (row) => {
    const result: Record<string, unknown> = {};
    for (const { index, parents, name, decoder } of columns) {
      const value = row[index];
      getObject(result, parents)[name] = value === null ? null : decoder.mapFromDriverValue(value);
    }
    for (const { name, index } of optional) if (row[index] === null) result[name] = null;
    return result;
  };
}

function getDecoder(field: Field): DriverValueDecoder<unknown, unknown> {
  if (is(field, Column)) return field;
  const expression = is(field, SQL) ? field : is(field, Subquery) ? field._.sql : field.sql;
  if (!hasDecoder(expression)) throw new Error("an expression without a decoder was selected");
  return expression.decoder;
}

/** Expressions have a decoder, which is missing in the types. */
const hasDecoder = (expression: object): expression is { decoder: DriverValueDecoder<unknown, unknown> } =>
  "decoder" in expression;

/** Returns the object at a path, and creates it if it does not exist. */
function getObject(result: Record<string, unknown>, path: readonly string[]): Record<string, unknown> {
  let object = result;
  for (const name of path) object = (object[name] ??= {}) as Record<string, unknown>; // contains objects only
  return object;
}

/** Finds the objects that are null if their first column is: those of one table whose row a join may lack. */
function findOptionalObjects(fields: SelectedFieldsOrdered, joinedTables: JoinedTables) {
  const objects = new Map<string, { name: string; index: number; tables: Set<string> }>();
  if (joinedTables === undefined) return [];
  for (const [index, { path, field }] of fields.entries()) {
    const [name] = path;
    if (name === undefined || path.length !== 2 || !is(field, Column)) continue;
    const object = objects.get(name) ?? { name, index, tables: new Set() };
    object.tables.add(getTableName(field.table));
    objects.set(name, object);
  }
  return [...objects.values()].filter(
    ({ tables: [table, ...others] }) => table !== undefined && others.length === 0 && !joinedTables[table],
  );
}
