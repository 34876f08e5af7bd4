import type { EditorView } from "@codemirror/view";
import { countLineEndings } from "@mdreader/client";
import type { LiveDocument } from "@mdreader/client/live";
import { getRemoteStates } from "@mdreader/react/live";
import { useEffect, useEffectEvent } from "react";
import * as Y from "yjs";

/** Scrolls to the cursor of the followed person until the user acts. */
export function useFollowMode(
  live: LiveDocument,
  editor: EditorView | null,
  followed: string | null,
  /** Scrolls the preview to a line when there is no editor. */
  showLine: (line: number) => void,
  onStop: () => void,
): void {
  const show = useEffectEvent(() => {
    const index = followed === null ? null : findCursorIndex(live, followed);
    if (index === null) return;
    if (editor === null) return showLine(countLineEndings(live.ytext.toJSON().slice(0, index)));
    void import("./editor/navigation.ts").then(({ showIndex }) => showIndex(editor, index));
  });
  const stop = useEffectEvent(onStop);
  useEffect(() => {
    if (followed === null) return;
    const later = () => queueMicrotask(show);
    show();
    live.awareness.on("change", later);
    const ends = new AbortController();
    for (const event of ["keydown", "wheel", "touchmove"])
      addEventListener(event, () => stop(), { signal: ends.signal, passive: true });
    return () => {
      live.awareness.off("change", later);
      ends.abort();
    };
  }, [live, followed]);
}

function findCursorIndex(live: LiveDocument, userId: string): number | null {
  const cursor = getRemoteStates(live).find(
    ({ user, cursor: at }) => user.id === userId && at !== null,
  )?.cursor;
  if (cursor === undefined || cursor === null) return null;
  return Y.createAbsolutePositionFromRelativePosition(cursor.head, live.doc)?.index ?? null;
}
