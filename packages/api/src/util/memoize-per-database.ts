import type { Db } from "@mdreader/db";

/**
 * Creates a value once per database and arguments, and then returns it from a cache. Building a statement takes longer
 * than running it in Postgres, so the statements of the access check are built once.
 */
export function memoizePerDatabase<Args extends string[], Result>(
  create: (db: Db, ...args: Args) => Result,
): (db: Db, ...args: Args) => Result {
  const cache = new WeakMap<Db, Map<string, Result>>();
  return (db, ...args) => {
    const key = args.join(" ");
    const values = cache.get(db) ?? new Map<string, Result>();
    cache.set(db, values);
    const value = values.get(key) ?? create(db, ...args);
    values.set(key, value);
    return value;
  };
}
