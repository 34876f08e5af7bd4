import type { EditorView } from "@codemirror/view";
import type { LiveDocument } from "@mdreader/client/live";
import { useState } from "react";

import { showToast } from "../../ui/toast.ts";
import type { PreviewHandle } from "../Preview.tsx";
import { createCommentDraft, type Draft, resolveRange, type Thread } from "./anchors.ts";
import { findLineStarts, readSelectedSource } from "./preview-ranges.ts";
import { useCommentRanges } from "./useCommentRanges.ts";
import { useLinkedComment } from "./useLinkedComment.ts";
import { usePreviewHighlights } from "./usePreviewHighlights.ts";

interface CommentsContext {
  live: LiveDocument;
  editor: EditorView | null;
  handle: PreviewHandle | null;
  /** Opens the panel of comments. */
  onPanel: () => void;
}

/** The comments of an open document: what is shown of them in the source, the preview and the panel. */
export function useDocumentComments({ live, editor, handle, onPanel }: CommentsContext) {
  const [openThread, setOpenThread] = useState<string | null>(null);
  const [state, setState] = useState<"open" | "resolved">("open");
  const [draft, setDraft] = useState<Draft | null>(null);
  const openById = (threadId: string, isResolved = false) => {
    setState(isResolved ? "resolved" : "open");
    setOpenThread(threadId);
    onPanel();
  };
  /** Shows the passage of a thread in the source, or else in the preview. */
  const show = async (thread: Thread) => {
    setOpenThread(thread.id);
    const range = resolveRange(live, thread);
    if (range === null) return;
    if (editor === null) {
      const starts = findLineStarts(live.ytext.toJSON());
      handle?.showLine(Math.max(0, starts.findLastIndex((start) => start <= range.from) - 2));
    } else {
      const { selectRange } = await import("../editor/navigation.ts");
      selectRange(editor, range);
    }
  };
  /** Begins a comment on the selection in the preview or the source. */
  const begin = async () => {
    const text = live.ytext.toJSON();
    const inPreview = handle?.text === text ? readSelectedSource(handle.surface, text) : null;
    const selected = inPreview ?? (await readEditorSelection(editor));
    if (selected === null || text.slice(selected.from, selected.to).trim() === "")
      return showToast("Select the text that you want to comment on.");
    getSelection()?.removeAllRanges();
    setDraft(createCommentDraft(live, selected.from, selected.to));
    onPanel();
  };
  useCommentRanges(live, editor);
  usePreviewHighlights({ live, handle, openThread, onThread: openById });
  useLinkedComment(live.id, (thread) => {
    openById(thread.id, thread.resolvedAt !== null);
    void show(thread);
  });
  return { openThread, openById, state, setState, draft, setDraft, show, begin };
}

export type DocumentComments = ReturnType<typeof useDocumentComments>;

async function readEditorSelection(editor: EditorView | null): Promise<{ from: number; to: number } | null> {
  if (editor === null) return null;
  const { getSelectedRange: selectedRange } = await import("../editor/navigation.ts");
  return selectedRange(editor);
}
