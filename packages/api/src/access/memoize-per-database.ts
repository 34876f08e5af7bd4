import type { Db } from "@mdreader/db";

/**
 * Creates a value once per database and name, and then returns it from a cache. Building a statement takes longer than
 * running it in Postgres, so the statements of the access check are built once.
 */
export function memoizePerDatabase<Name extends string, Result>(
  make: (db: Db, name: Name) => Result,
): (db: Db, name: Name) => Result {
  const cache = new WeakMap<Db, Map<Name, Result>>();
  return (db, name) => {
    const values = cache.get(db) ?? new Map<Name, Result>();
    cache.set(db, values);
    const value = values.get(name) ?? make(db, name);
    values.set(name, value);
    return value;
  };
}
