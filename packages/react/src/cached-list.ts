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

/** Returns the first item that meets a condition. */
export const findItem = <Item>(list: CachedList<Item>, matches: (item: Item) => boolean): Item | undefined =>
  toPages(list)
    .flatMap(({ items }) => items)
    .find(matches);

/** Changes the items of each page. */
export function changeItems<Item>(
  list: CachedList<Item>,
  change: (items: Item[]) => Item[],
): CachedList<Item> {
  if ("pages" in list)
    return { ...list, pages: list.pages.map((page) => ({ ...page, items: change(page.items) })) };
  return { ...list, items: change(list.items) };
}

/** Changes the items of all pages together. Each page but the last keeps its length, as far as there are items. */
export function changeAllItems<Item>(
  list: CachedList<Item>,
  change: (items: Item[]) => Item[],
): CachedList<Item> {
  if (!("pages" in list)) return { ...list, items: change(list.items) };
  const items = change(list.pages.flatMap((page) => page.items));
  let from = 0;
  const pages = list.pages.map((page, index) => {
    const start = from;
    from = index === list.pages.length - 1 ? items.length : from + page.items.length;
    return { ...page, items: items.slice(start, from) };
  });
  return { ...list, pages };
}

/** Puts an item before all others. */
export function prependItem<Item>(list: CachedList<Item>, item: Item): CachedList<Item> {
  if (!("pages" in list)) return { ...list, items: [item, ...list.items] };
  const [first, ...rest] = list.pages;
  if (first === undefined) return list;
  return { ...list, pages: [{ ...first, items: [item, ...first.items] }, ...rest] };
}
