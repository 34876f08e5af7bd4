import { lowestId } from "./pagination.ts";

/** Rows per query. */
const pageSize = 1000;

/**
 * Yields all rows of a query, which it reads page by page.
 * @param readPage Reads at most `limit` rows after an ID, in the order of their IDs.
 */
export const readPages = <Row extends { id: string }>(
  readPage: (after: string, limit: number) => PromiseLike<Row[]>,
): AsyncGenerator<Row> => readPagesByKey(lowestId, readPage, ({ id }) => id);

/**
 * Yields all rows of a query, which it reads page by page.
 * @param first A key before all others.
 * @param readPage Reads at most `limit` rows after a key, in the order of their keys.
 */
export async function* readPagesByKey<Row, Key>(
  first: Key,
  readPage: (after: Key, limit: number) => PromiseLike<Row[]>,
  getKey: (row: Row) => Key,
): AsyncGenerator<Row> {
  let after = first;
  for (;;) {
    const page = await readPage(after, pageSize);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = getKey(last);
  }
}
