import { EditorView } from "@codemirror/view";
import type { LiveDocument } from "@mdreader/client/live";
import { useEffect, useEffectEvent } from "react";
import * as Y from "yjs";

import { othersIn } from "./header/peers.ts";

/** While someone is followed, shows the place of the text that their cursor is at, until the person does something. */
export function useFollowing(
  live: LiveDocument,
  editor: EditorView | null,
  followed: string | null,
  /** Shows a line where there is no editor. */
  showLine: (line: number) => void,
  onStop: () => void,
): void {
  const show = useEffectEvent(() => {
    const place = followed === null ? null : placeOf(live, followed);
    if (place === null) return;
    if (editor === null) showLine(live.ytext.toJSON().slice(0, place).split("\n").length - 1);
    else if (place <= editor.state.doc.length)
      editor.dispatch({ effects: EditorView.scrollIntoView(place, { y: "center" }) });
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

function placeOf(live: LiveDocument, userId: string): number | null {
  const cursor = othersIn(live).find(({ user, cursor: at }) => user.id === userId && at !== null)?.cursor;
  if (cursor === undefined || cursor === null) return null;
  return Y.createAbsolutePositionFromRelativePosition(cursor.head, live.doc)?.index ?? null;
}
