import type { Db } from "@mdreader/db";

/**
 * Makes something for each database once per name, and then gives out what it has made. Putting a statement together
 * takes longer than Postgres takes to answer it, so the statements of the access check are put together once.
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
