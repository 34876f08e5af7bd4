import type { EditorView } from "@codemirror/view";
import type { LiveDocument } from "@mdreader/client/live";
import { useEffect } from "react";

import { resolveRange } from "./anchors.ts";
import { useThreads } from "./useThreads.ts";

/** Highlights the ranges of open threads in the editor. */
export function useCommentRanges(live: LiveDocument, editor: EditorView | null): void {
  const { threads } = useThreads(live, "open");
  useEffect(() => {
    if (editor === null) return;
    const list = threads.map((thread) => resolveRange(live, thread)).filter((range) => range !== null);
    // Loaded with the editor only, to keep CodeMirror out of reading mode.
    void import("./ranges.ts").then(
      ({ showCommentRanges }) => editor.dom.isConnected && showCommentRanges(editor, list),
    );
  }, [live, editor, threads]);
}
