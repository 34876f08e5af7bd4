import { Compartment } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { LiveDocument } from "@mdreader/client/live";
import { useEffect, useEffectEvent, useRef } from "react";

import { createEditor, type EditorServices, createEditableCompartment } from "./create-editor.ts";
import { typewriter } from "./typewriter.ts";

interface EditorProps extends EditorServices {
  live: LiveDocument;
  readOnly: boolean;
  /** Dims all lines except the active one. */
  focused: boolean;
  /** Called with the editor when it mounts and with null when it unmounts. */
  onView: (view: EditorView | null) => void;
}

/** The collaborative Markdown editor of a live document. */
export function Editor({ live, readOnly, focused, onView, ...services }: EditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<{ view: EditorView; writing: Compartment; focus: Compartment } | null>(null);
  const notify = useEffectEvent((view: EditorView | null) => onView(view));
  const now = useEffectEvent(() => ({ readOnly, focused, ...services }));

  useEffect(() => {
    if (place.current === null) return;
    const [writing, focus] = [new Compartment(), new Compartment()];
    const { view, close } = createEditor(
      place.current,
      live,
      {
        onFiles: (files, position) => now().onFiles(files, position),
        onThread: (threadId) => now().onThread(threadId),
        completeLink: (query) => now().completeLink(query),
        onRemoved: (count) => now().onRemoved(count),
        commands: now().commands,
      },
      [writing.of(createEditableCompartment(!now().readOnly)), focus.of(now().focused ? typewriter : [])],
    );
    editor.current = { view, writing, focus };
    notify(view);
    return () => {
      editor.current = null;
      notify(null);
      close();
    };
  }, [live]);
  useEffect(() => {
    if (editor.current === null) return;
    const { view, writing, focus } = editor.current;
    view.dispatch({
      effects: [
        writing.reconfigure(createEditableCompartment(!readOnly)),
        focus.reconfigure(focused ? typewriter : []),
      ],
    });
  }, [readOnly, focused]);

  return <div ref={place} className="editor h-full" />;
}
