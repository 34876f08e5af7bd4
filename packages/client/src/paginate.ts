/** A page of a list, as returned by all lists of the server. */
interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/**
 * Iterates over the pages of a list, fetching them on demand.
 *
 * @param fetchPage Fetches the page at a cursor; undefined for the first page.
 */
export async function* everyPage<Result extends { nextCursor: string | null }>(
  fetchPage: (cursor: string | undefined) => Promise<Result>,
): AsyncGenerator<Result, void, void> {
  let cursor: string | undefined;
  do {
    const page = await fetchPage(cursor);
    yield page;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/**
 * Iterates over the items of all pages of a list, fetching pages on demand.
 *
 * @param fetchPage Fetches the page at a cursor; undefined for the first page.
 * @example
 * for await (const workspace of everyItem((cursor) => client.workspace.list.query({ cursor }))) …
 */
export async function* everyItem<Item>(
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, void> {
  for await (const { items } of everyPage(fetchPage)) yield* items;
}
