import type { Db } from "@mdreader/db";

/**
 * Creates a value once per database and name, and then returns it from a cache. Building a statement takes longer than
 * running it in Postgres, so the statements of the access check are built once.
 */
export function memoizePerDatabase<Name extends string, Result>(
  make: (db: Db, name: Name) => Result,
): (db: Db, name: Name) => Result {
  const made = new WeakMap<Db, Map<Name, Result>>();
  return (db, name) => {
    const known = made.get(db) ?? new Map<Name, Result>();
    made.set(db, known);
    const found = known.get(name) ?? make(db, name);
    known.set(name, found);
    return found;
  };
}
