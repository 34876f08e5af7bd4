import type { Virtualizer, VirtualItem } from "@tanstack/react-virtual";
import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/** The closest element around a list that scrolls it. */
export const findScroller = (list: HTMLElement | null): HTMLElement | null =>
  list?.closest<HTMLElement>("[data-scrolls]") ?? null;

/** The height of what precedes a virtualized list in its scroller, in pixels. It is updated when the layout changes. */
export function useScrollMargin(list: RefObject<HTMLElement | null>): number {
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    const element = list.current;
    const scroller = findScroller(element);
    if (element === null || scroller === null) return;
    const measure = () =>
      setMargin(
        Math.round(
          element.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop,
        ),
      );
    const observer = new ResizeObserver(measure);
    observer.observe(scroller.firstElementChild ?? scroller);
    return () => observer.disconnect();
  }, [list]);
  return margin;
}

/**
 * Keeps the rows in view where they are when rows above them are added or removed. At the start of the list, new rows
 * are shown instead.
 * @param keys The keys of all rows.
 */
export function useKeptRows<Row extends Element>(
  virtualizer: Virtualizer<HTMLElement, Row>,
  keys: readonly VirtualItem["key"][],
): void {
  const rendered = useRef<readonly VirtualItem[]>([]);
  useLayoutEffect(() => {
    const before = rendered.current;
    rendered.current = virtualizer.getVirtualItems();
    const offset = virtualizer.scrollOffset ?? 0;
    const first = before.find(({ end }) => end > offset);
    if (first === undefined || offset <= virtualizer.options.scrollMargin) return;
    const index = keys.indexOf(first.key);
    const start = virtualizer.measurementsCache[index]?.start;
    // The virtualizer itself adjusts to rows whose size changes.
    if (start !== undefined && index !== first.index) virtualizer.scrollBy(start - first.start);
  });
}
