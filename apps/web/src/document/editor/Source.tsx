import type { EditorView } from "@codemirror/view";
import type { RouterOutputs } from "@mdreader/client";
import type { LiveDocument } from "@mdreader/client/live";
import { type RefObject, useEffect, useEffectEvent, useState } from "react";

import type { PreviewHandle } from "../Preview.tsx";
import { syncScrolling, topLineOf } from "../scroll/sync.ts";
import { Editor } from "./Editor.tsx";
import type { CompleteLink } from "./link-completion.ts";
import { Toolbar } from "./Toolbar.tsx";

interface SourceProps {
  onThread: (threadId: string) => void;
  /** Comments on what is selected. */
  onComment: (() => void) | undefined;
  live: LiveDocument;
  document: RouterOutputs["document"]["get"];
  mayEdit: boolean;
  preview: RefObject<PreviewHandle | null>;
  completeLink: CompleteLink;
  onView: (view: EditorView | null) => void;
  /** Is told the line at the upper edge while the source is scrolled. */
  onTopLine: (line: number) => void;
}

/** The source of a document with its tools. It scrolls together with the preview. */
export function Source({
  live,
  mayEdit,
  preview,
  completeLink,
  onView,
  onTopLine,
  onThread,
  onComment,
}: SourceProps) {
  const [view, setView] = useState<EditorView | null>(null);
  const [focused, setFocused] = useState(false);
  const scrolled = useEffectEvent(() => view !== null && onTopLine(topLineOf(view)));

  useEffect(() => {
    if (view === null) return;
    const ends = new AbortController();
    view.scrollDOM.addEventListener("scroll", scrolled, { signal: ends.signal, passive: true });
    const untie = syncScrolling(view, () => preview.current);
    return () => {
      ends.abort();
      untie();
    };
  }, [view, preview]);

  return (
    <section aria-label="Source" className="flex min-h-0 min-w-0 flex-col border-line md:border-r">
      {mayEdit && (
        <Toolbar
          view={view}
          focused={focused}
          onFocusMode={setFocused}
          onFiles={() => {}}
          onComment={onComment}
        />
      )}
      <div className="min-h-0 flex-1">
        <Editor
          live={live}
          readOnly={!mayEdit}
          focused={focused}
          completeLink={completeLink}
          commands={[]}
          onFiles={() => {}}
          onThread={onThread}
          onView={(made) => {
            setView(made);
            onView(made);
          }}
        />
      </div>
    </section>
  );
}
