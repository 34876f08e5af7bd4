import type { LiveDocument } from "@mdreader/client/live";
import { useEffect, useEffectEvent } from "react";

import type { PreviewHandle } from "../Preview.tsx";
import { resolveRange } from "./anchors.ts";
import { createPreviewRanges } from "./preview-ranges.ts";
import { useThreads } from "./useThreads.ts";

interface PreviewHighlights {
  live: LiveDocument;
  handle: PreviewHandle | null;
  /** The thread that stands out. */
  openThread: string | null;
  /** Opens the thread of a clicked passage. */
  onThread: (threadId: string) => void;
}

/** The names of the highlights in the style sheet. */
const names = { comment: "comment", open: "open-comment" };

/** Highlights the passages of open threads in the preview, without changing its elements. */
export function usePreviewHighlights({ live, handle, openThread, onThread }: PreviewHighlights): void {
  const { threads } = useThreads(live, "open");
  const open = useEffectEvent(onThread);
  useEffect(() => {
    // Without the API, the threads are still in the panel.
    if (handle === null || !("highlights" in CSS)) return;
    let shown = new Map<string, Range[]>();
    let frame = 0;
    const show = () => {
      frame = 0;
      const ranges = threads.map((thread) => resolveRange(live, thread)).filter((range) => range !== null);
      shown = createPreviewRanges(handle.surface, handle.text, ranges);
      CSS.highlights.set(names.comment, new Highlight(...[...shown.values()].flat()));
      CSS.highlights.set(names.open, new Highlight(...(shown.get(openThread ?? "") ?? [])));
    };
    const schedule = () => {
      if (frame === 0) frame = requestAnimationFrame(show);
    };
    const onClick = ({ clientX, clientY, target }: MouseEvent) => {
      if (target instanceof Element && target.closest("a, button, input") !== null) return;
      if (getSelection()?.isCollapsed === false) return;
      const isAtPoint = (range: Range) =>
        [...range.getClientRects()].some(
          ({ left, right, top, bottom }) =>
            clientX >= left && clientX <= right && clientY >= top && clientY <= bottom,
        );
      const [threadId] = [...shown].find(([, ranges]) => ranges.some(isAtPoint)) ?? [];
      if (threadId !== undefined) open(threadId);
    };
    show();
    const stop = handle.subscribeFilled(schedule);
    handle.scroller.addEventListener("click", onClick);
    return () => {
      stop();
      cancelAnimationFrame(frame);
      handle.scroller.removeEventListener("click", onClick);
      for (const name of Object.values(names)) CSS.highlights.delete(name);
    };
  }, [live, handle, threads, openThread]);
}
