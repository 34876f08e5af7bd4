import type { EditorView } from "@codemirror/view";
import type { RouterOutputs } from "@mdreader/client";
import type { LiveDocument } from "@mdreader/client/live";
import { type RefObject, useEffect, useEffectEvent, useRef, useState } from "react";

import { showToast } from "../../ui/toast.ts";
import { SelectionButton } from "../comment/SelectionButton.tsx";
import type { PreviewHandle } from "../Preview.tsx";
import { syncScrolling, findTopLine } from "../scroll/sync.ts";
import type { EditorCommand } from "./commands.ts";
import { Editor } from "./Editor.tsx";
import type { CompleteLink } from "./link-completion.ts";
import { Toolbar } from "./Toolbar.tsx";

interface SourceProps {
  /** Uploads files and links them at a position in the text. */
  upload: (view: EditorView, files: readonly File[], at: number) => void;
  onThread: (threadId: string) => void;
  /** Comments on the selection. */
  onComment: (() => void) | undefined;
  live: LiveDocument;
  document: RouterOutputs["document"]["get"];
  mayEdit: boolean;
  preview: RefObject<PreviewHandle | null>;
  completeLink: CompleteLink;
  onView: (view: EditorView | null) => void;
  /** Called with the line at the top edge while the source scrolls. */
  onTopLine: (line: number) => void;
}

/** The source pane: toolbar and editor. Its scroll position is synchronized with the preview. */
export function Source({
  live,
  mayEdit,
  preview,
  completeLink,
  onView,
  onTopLine,
  onThread,
  onComment,
  upload,
}: SourceProps) {
  const [view, setView] = useState<EditorView | null>(null);
  const [focused, setFocused] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const [commands] = useState<EditorCommand[]>(() => [
    {
      id: "file",
      label: "Image or file",
      words: "picture photo upload attachment",
      run() {
        picker.current?.click();
        return true;
      },
    },
  ]);
  const onFiles = (files: File[], at: number) => view !== null && upload(view, files, at);
  const scrolled = useEffectEvent(() => view !== null && onTopLine(findTopLine(view)));

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
          onPick={() => picker.current?.click()}
          onComment={onComment}
        />
      )}
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])], view?.state.selection.main.head ?? 0);
          target.value = "";
        }}
      />
      {!mayEdit && onComment !== undefined && view !== null && (
        <SelectionButton within={view.scrollDOM} onComment={onComment} />
      )}
      <div className="min-h-0 flex-1">
        <Editor
          live={live}
          readOnly={!mayEdit}
          focused={focused}
          completeLink={completeLink}
          commands={commands}
          onFiles={onFiles}
          onThread={onThread}
          onRemoved={(count) =>
            showToast(
              count === 1
                ? "1 unsupported character was removed."
                : `${count} unsupported characters were removed.`,
            )
          }
          onView={(made) => {
            setView(made);
            onView(made);
          }}
        />
      </div>
    </section>
  );
}
