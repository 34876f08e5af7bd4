import type { EditorView } from "@codemirror/view";
import type { LiveDocument } from "@mdreader/client/live";
import { useEffect } from "react";

import { resolveRange } from "./anchors.ts";
import { useThreads } from "./useThreads.ts";

/** Marks in the editor what open threads are about. */
export function useCommentRanges(live: LiveDocument, editor: EditorView | null): void {
  const { threads } = useThreads(live, "open");
  useEffect(() => {
    if (editor === null) return;
    const list = threads.map((thread) => resolveRange(live, thread)).filter((range) => range !== null);
    // With the editor is what it is made of; without it, none of that is loaded.
    void import("./ranges.ts").then(
      ({ showCommentRanges }) => editor.dom.isConnected && showCommentRanges(editor, list),
    );
  }, [live, editor, threads]);
}
