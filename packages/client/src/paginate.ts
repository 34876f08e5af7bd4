/** A page of a list, as all lists of the server answer. */
interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/**
 * The items of all pages of a list, fetched as they are read.
 *
 * @param fetchPage Asks for the page at a cursor; undefined for the first.
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
