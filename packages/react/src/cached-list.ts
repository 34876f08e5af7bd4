import type { InfiniteData } from "@tanstack/react-query";

interface Page<Item> {
  items: Item[];
}

/** A list in the cache: one page, or all pages of an infinite query. */
export type CachedList<Item> = Page<Item> | InfiniteData<Page<Item>>;

const toPages = <Item>(list: CachedList<Item>): Page<Item>[] => ("pages" in list ? list.pages : [list]);

/** Whether a list has an item that meets a condition. */
export const hasItem = <Item>(list: CachedList<Item>, matches: (item: Item) => boolean): boolean =>
  toPages(list).some(({ items }) => items.some(matches));

/** Changes the items of each page. */
export function changeItems<Item>(
  list: CachedList<Item>,
  change: (items: Item[]) => Item[],
): CachedList<Item> {
  if ("pages" in list)
    return { ...list, pages: list.pages.map((page) => ({ ...page, items: change(page.items) })) };
  return { ...list, items: change(list.items) };
}

/** Puts an item before all others. */
export function prependItem<Item>(list: CachedList<Item>, item: Item): CachedList<Item> {
  if (!("pages" in list)) return { ...list, items: [item, ...list.items] };
  const [first, ...rest] = list.pages;
  if (first === undefined) return list;
  return { ...list, pages: [{ ...first, items: [item, ...first.items] }, ...rest] };
}
