import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { markdown, markdownKeymap } from "@codemirror/lang-markdown";
import { defaultHighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap } from "@codemirror/view";
import type { LiveDocument } from "@mdreader/client/live";
import { useEffect, useRef } from "react";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import * as Y from "yjs";

import { peerCursors } from "./cursors.ts";

/** The Markdown of a live document, for writing together. */
export function Editor({ live, readOnly }: { live: LiveDocument; readOnly: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return;
    // One's own changes alone are undone.
    const undoManager = new Y.UndoManager(live.ytext);
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: live.ytext.toJSON(),
        extensions: [
          // Ctrl-M lets Tab leave the editor.
          keymap.of([...yUndoManagerKeymap, ...markdownKeymap, ...defaultKeymap, indentWithTab]),
          markdown(),
          syntaxHighlighting(defaultHighlightStyle, { fallback: true }),
          drawSelection(),
          highlightActiveLine(),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": "Markdown", spellcheck: "true" }),
          EditorState.readOnly.of(readOnly),
          EditorView.editable.of(!readOnly),
          // Yjs counts every unit of the text: a line ends where the author ended it.
          EditorState.lineSeparator.of("\n"),
          yCollab(live.ytext, null, { undoManager }),
          peerCursors(live.ytext, live.awareness),
        ],
      }),
    });
    return () => {
      view.destroy();
      undoManager.destroy();
    };
  }, [live, readOnly]);
  return <div ref={place} className="editor min-h-full" />;
}
