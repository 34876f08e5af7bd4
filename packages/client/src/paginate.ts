/** A page of a list, as returned by all lists of the server. */
interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
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
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await fetchPage(cursor);
    yield* items;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}
