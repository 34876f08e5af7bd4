import type { Heading } from "@mdreader/markdown";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";

import { isPointerCoarse } from "../../lib/media.ts";
import { findScroller } from "../../lib/scroll-margin.ts";

interface OutlineProps {
  headings: readonly Heading[];
  /** The line at the top edge of the view. */
  topLine: number;
  onGo: (heading: Heading) => void;
}

const indents = ["pl-2", "pl-2", "pl-5", "pl-8", "pl-11", "pl-14", "pl-16"];

/** Height of a heading in pixels, with a mouse and with a finger: `h-7` and `h-10`. */
const rowHeight = { fine: 28, coarse: 40 };
/** Headings rendered before and after those in view, so that the Tab key finds the next one. */
const overscan = 10;

/** The headings of a document, with the current one marked. Only those in view are rendered. */
export function Outline({ headings, topLine, onGo }: OutlineProps) {
  const list = useRef<HTMLUListElement>(null);
  // No compiler memoizes these components.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: headings.length,
    getScrollElement: () => findScroller(list.current),
    estimateSize: () => rowHeight[isPointerCoarse() ? "coarse" : "fine"],
    overscan,
  });
  if (headings.length === 0) return <p className="p-4 text-sm text-faint">Headings will appear here.</p>;
  const current = headings.findLastIndex(({ line }) => line <= topLine + 1);
  const highest = headings.reduce((least, { level }) => Math.min(least, level), indents.length);
  return (
    <nav aria-label="Outline" className="p-2">
      <ul ref={list} className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const heading = headings[index];
          if (heading === undefined) return null;
          return (
            <li
              key={heading.slug}
              aria-setsize={headings.length}
              aria-posinset={index + 1}
              className="absolute inset-x-0"
              style={{ top: start }}
            >
              <button
                type="button"
                aria-current={index === current ? "location" : undefined}
                onClick={() => onGo(heading)}
                className={`block h-7 pointer-coarse:h-10 w-full truncate rounded-md border-l-2 border-transparent pr-2 text-left text-sm text-faint hover:bg-hover hover:text-ink aria-[current]:border-accent aria-[current]:text-ink ${indents[heading.level - highest + 1] ?? "pl-2"}`}
              >
                {heading.text || "…"}
              </button>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
