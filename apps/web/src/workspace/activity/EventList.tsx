import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";

import { findScroller, useKeptRows, useScrollMargin } from "../../lib/scroll-margin.ts";
import type { Event } from "./ActivityMessage.tsx";
import { EventLine } from "./EventLine.tsx";

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });
const formatDay = ({ at }: Event) => day.format(new Date(at));

/** Height of most events in pixels. Events are measured once they are rendered. */
const rowHeight = 45;
/** Events rendered before and after those in view, so that the Tab key finds the next one. */
const overscan = 10;

interface EventListProps {
  workspaceId: string;
  /** Newest first. */
  events: readonly Event[];
  /** Whether there are older events. */
  hasMore: boolean;
}

/** Events by day. Only those in view are rendered. */
export function EventList({ workspaceId, events, hasMore }: EventListProps) {
  const list = useRef<HTMLOListElement>(null);
  const scrollMargin = useScrollMargin(list);
  // No compiler memoizes these components.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: events.length,
    getScrollElement: () => findScroller(list.current),
    getItemKey: (index) => events[index]?.seq ?? index,
    estimateSize: () => rowHeight,
    scrollMargin,
    overscan,
  });
  useKeptRows(
    virtualizer,
    events.map(({ seq }) => seq),
  );
  return (
    <ol ref={list} className="relative" style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map(({ index, key, start }) => {
        const event = events[index];
        if (event === undefined) return null;
        const [previous, next] = [events[index - 1], events[index + 1]];
        const name = formatDay(event);
        const isFirst = previous === undefined || formatDay(previous) !== name;
        const isLast = next === undefined || formatDay(next) !== name;
        return (
          <li
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            aria-setsize={hasMore ? -1 : events.length}
            aria-posinset={index + 1}
            className={`absolute inset-x-0 ${isLast ? "" : "border-b border-line"}`}
            style={{ top: start - scrollMargin }}
          >
            {isFirst && (
              <h2 className={`mb-1 text-sm font-medium text-faint ${index === 0 ? "" : "pt-8"}`}>{name}</h2>
            )}
            <EventLine workspaceId={workspaceId} event={event} />
          </li>
        );
      })}
    </ol>
  );
}
