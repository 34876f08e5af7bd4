import { type RefObject, useLayoutEffect, useState } from "react";

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
