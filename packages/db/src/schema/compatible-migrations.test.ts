import { readFile } from "node:fs/promises";

import { describe, expect, it } from "vitest";
import { z } from "zod";

/** The first migration that servers of the version before it can run beside. */
const firstCompatible = "0018_instance_administrators";

/**
 * Removals and restrictions in later migrations with which servers of the version before keep working: the migration,
 * its change, and the reason.
 */
const exceptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "0026_roles_are_checked": {
    "adds the constraint workspace_invitations_role_check": "The earlier servers write no other roles.",
    "adds the constraint workspace_members_role_check": "The earlier servers write no other roles.",
  },
  "0032_deleted_accounts": {
    "adds the constraint users_deletion_check":
      "The earlier servers leave the new columns null. They see a deleted account as suspended, and can't reactivate it.",
  },
};

const migrations = new URL("../../migrations/", import.meta.url);
const readMigrationFile = (path: string) => readFile(new URL(path, migrations), "utf8");

const journal = z.object({ entries: z.array(z.object({ tag: z.string() })) });

/** The part of Drizzle's snapshot of a schema that servers of the version before depend on. */
const snapshot = z.object({
  tables: z.record(
    z.string(),
    z.object({
      columns: z.record(
        z.string(),
        z.object({
          type: z.string(),
          notNull: z.boolean(),
          default: z.unknown().optional(),
          generated: z.unknown().optional(),
          identity: z.unknown().optional(),
        }),
      ),
      indexes: z.record(
        z.string(),
        z.object({
          isUnique: z.boolean(),
          columns: z.array(z.object({ expression: z.string(), isExpression: z.boolean() })),
        }),
      ),
      uniqueConstraints: z.record(z.string(), z.object({ columns: z.array(z.string()) })),
      foreignKeys: z.record(z.string(), z.object({ columnsFrom: z.array(z.string()) })),
      checkConstraints: z.record(z.string(), z.unknown()),
    }),
  ),
});
type Table = z.infer<typeof snapshot>["tables"][string];
type Column = Table["columns"][string];

const hasValue = (column: Column): boolean =>
  !column.notNull ||
  column.default !== undefined ||
  column.generated !== undefined ||
  column.identity !== undefined;

/** Lists what a migration does to a table that a server of the version before may read or write. */
function findTableBreaks(name: string, before: Table, after: Table | undefined): string[] {
  if (after === undefined) return [`drops ${name}`];
  const columns = Object.entries(before.columns).flatMap(([column, old]) => {
    const path = `${name}.${column}`;
    const current = after.columns[column];
    if (current === undefined) return [`drops ${path}`];
    return [
      ...(old.type === current.type ? [] : [`changes the type of ${path}`]),
      ...(!old.notNull && current.notNull ? [`requires ${path}`] : []),
      ...(hasValue(old) && !hasValue(current) && old.notNull ? [`removes the default of ${path}`] : []),
    ];
  });
  const required = Object.entries(after.columns)
    .filter(([column, added]) => !(column in before.columns) && !hasValue(added))
    .map(([column]) => `requires ${name}.${column}`);
  return [...columns, ...required, ...listNewConstraints(before, after)];
}

/** Lists the constraints that a migration adds to columns which servers of the version before write. */
function listNewConstraints(before: Table, after: Table): string[] {
  const isOld = (columns: readonly string[]) => columns.every((column) => column in before.columns);
  const list = (table: Table) => [
    ...Object.entries(table.indexes)
      .filter(
        ([, { isUnique, columns }]) =>
          isUnique &&
          isOld(columns.map(({ expression, isExpression }) => (isExpression ? "id" : expression))),
      )
      .map(([name]) => name),
    ...Object.entries(table.uniqueConstraints)
      .filter(([, { columns }]) => isOld(columns))
      .map(([name]) => name),
    ...Object.entries(table.foreignKeys)
      .filter(([, { columnsFrom }]) => isOld(columnsFrom))
      .map(([name]) => name),
    ...Object.keys(table.checkConstraints),
  ];
  const old = new Set(list(before));
  return list(after)
    .filter((name) => !old.has(name))
    .map((name) => `adds the constraint ${name}`);
}

/** Lists functions that a migration drops and doesn't create again, which snapshots don't contain. */
function findDroppedFunctions(sql: string): string[] {
  const dropped = Array.from(sql.matchAll(/^\s*DROP FUNCTION (?:IF EXISTS )?(?<name>\w+)/gim));
  const names = dropped.flatMap(({ groups }) => groups?.["name"] ?? []);
  const isCreated = (name: string) =>
    new RegExp(`^\\s*CREATE (?:OR REPLACE )?FUNCTION ${name}\\b`, "im").test(sql);
  return names.filter((name) => !isCreated(name)).map((name) => `drops the function ${name}`);
}

async function readSnapshot(tag: string) {
  return snapshot.parse(JSON.parse(await readMigrationFile(`meta/${tag.slice(0, 4)}_snapshot.json`)));
}

const tags = journal
  .parse(JSON.parse(await readMigrationFile("meta/_journal.json")))
  .entries.map(({ tag }) => tag);
const pairs = tags.slice(1).map((tag, index) => ({ tag, previous: tags[index] ?? "" }));

async function findBreaks({ tag, previous }: { tag: string; previous: string }): Promise<string[]> {
  const [before, after] = [await readSnapshot(previous), await readSnapshot(tag)];
  return [
    ...Object.entries(before.tables).flatMap(([name, table]) =>
      findTableBreaks(name.replace(/^public\./, ""), table, after.tables[name]),
    ),
    ...findDroppedFunctions(await readMigrationFile(`${tag}.sql`)),
  ];
}

describe("servers of the version before a migration", () => {
  it.each(pairs.filter(({ tag }) => tag >= firstCompatible))(
    "can use the database after $tag",
    async (pair) => {
      expect(await findBreaks(pair)).toEqual(Object.keys(exceptions[pair.tag] ?? {}));
    },
  );

  it("could not use it after migrations that dropped, renamed or narrowed what they used", async () => {
    const found = async (tag: string) =>
      findBreaks(pairs.find((pair) => pair.tag === tag) ?? { tag, previous: tag });
    expect(await found("0016_search_in_bounded_work")).toEqual(
      expect.arrayContaining(["drops documents.search_pairs", "drops the function search_highlight"]),
    );
  });
});
