import { lowestId } from "./pagination.ts";

/** Rows per query. */
const pageSize = 1000;

/**
 * Yields all rows of a query, which it reads page by page.
 * @param readPage Reads at most `limit` rows after an ID, in the order of their IDs.
 */
export async function* readPages<Row extends { id: string }>(
  readPage: (after: string, limit: number) => PromiseLike<Row[]>,
): AsyncGenerator<Row> {
  let after = lowestId;
  for (;;) {
    const page = await readPage(after, pageSize);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last.id;
  }
}
