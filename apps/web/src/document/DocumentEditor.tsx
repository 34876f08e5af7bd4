import type { EditorView } from "@codemirror/view";
import { can, type RouterOutputs } from "@mdreader/client";
import type { LiveDocument } from "@mdreader/client/live";
import { useObserved } from "@mdreader/react/live";
import { lazy, Suspense, useCallback, useRef, useState } from "react";

import { useElementWidth } from "../lib/element-width.ts";
import { useIsWide } from "../lib/media.ts";
import { Loading } from "../ui/Loading.tsx";
import { Title } from "../ui/Title.tsx";
import { showErrorToast } from "../ui/toast.ts";
import { SelectionButton } from "./comment/SelectionButton.tsx";
import { useDocumentComments } from "./comment/useDocumentComments.ts";
import { copyAsRichText } from "./copy.ts";
import { DocumentHeader } from "./header/DocumentHeader.tsx";
import { hasMixedLineEndings, normalizeLineEndings } from "./line-endings.ts";
import { useDocumentLinks } from "./link/useDocumentLinks.ts";
import { Notices } from "./Notices.tsx";
import { DocumentPanel } from "./panel/DocumentPanel.tsx";
import { Preview, type PreviewHandle } from "./Preview.tsx";
import { StatusBar } from "./StatusBar.tsx";
import { toggleTaskAt } from "./tasks.ts";
import { useDebouncedText } from "./useDebouncedText.ts";
import { useFiles } from "./useFiles.ts";
import { useFollowMode } from "./useFollowMode.ts";
import { useUnsentText } from "./useUnsentText.ts";
import { useBlame } from "./version/blame/useBlame.ts";
import { fitsSplit, panelCovers, usePanel, useView } from "./view.ts";

const Source = lazy(() => import("./editor/Source.tsx").then((module) => ({ default: module.Source })));

interface DocumentEditorProps {
  live: LiveDocument;
  document: RouterOutputs["document"]["get"];
}

/** An open document: source, preview, side panel and collaborators. */
export function DocumentEditor({ live, document }: DocumentEditorProps) {
  const meta = useObserved(live.meta);
  // The save state changes twice per keystroke. Re-render only when the document closes.
  const isClosed = useObserved(live.saveState, ({ status }) => status === "closed");
  const role = meta.role ?? document.role;
  const mayEdit = can(role, "document.update") && meta.deleted !== true && !isClosed;
  const wide = useIsWide();
  const [chosenView, setView] = useView(mayEdit, wide);
  const area = useRef<HTMLDivElement>(null);
  const width = useElementWidth(area);
  const covers = panelCovers(width);
  const [panel, setPanel] = usePanel(covers);
  const maySplit = fitsSplit(width, panel);
  const view = chosenView === "split" && !maySplit ? "source" : chosenView;
  const [editor, setEditor] = useState<EditorView | null>(null);
  const [followed, setFollowed] = useState<string | null>(null);
  const [topLine, setTopLine] = useState(0);
  const preview = useRef<PreviewHandle>(null);
  const [rendered, setRendered] = useState<PreviewHandle | null>(null);
  const text = useDebouncedText(live);
  const links = useDocumentLinks(document);
  const files = useFiles(document);
  const title = meta.title ?? document.title;
  const comments = useDocumentComments({
    live,
    editor,
    handle: rendered,
    onPanel: () => setPanel("comments"),
  });
  const mayComment = can(role, "comment.create");
  useBlame(live, editor);
  useUnsentText(live);
  const insert = async (markdown: string) => {
    if (editor === null) return live.ytext.insert(live.ytext.length, `\n\n${markdown}\n`);
    const { insertText } = await import("./editor/format.ts");
    insertText(markdown)(editor);
    editor.focus();
  };

  /** Whether the editor takes the focus once it is there. */
  const wantsFocus = useRef(false);
  const onEditor = (created: EditorView | null) => {
    setEditor(created);
    if (created !== null && wantsFocus.current) created.focus();
    wantsFocus.current = false;
  };
  const goToText = () => {
    if (editor !== null) return editor.focus();
    wantsFocus.current = true;
    if (view === "reading") setView("split");
  };

  useFollowMode(
    live,
    editor,
    followed,
    (line) => preview.current?.showLine(line),
    () => setFollowed(null),
  );
  const onRendered = useCallback((handle: PreviewHandle) => {
    preview.current = handle;
    setRendered(handle);
  }, []);

  return (
    <div className="relative flex h-full flex-col">
      <Title>{title}</Title>
      <DocumentHeader
        live={live}
        title={title}
        workspaceId={document.workspaceId}
        folderId={meta.folderId === undefined ? document.folderId : meta.folderId}
        role={role}
        mayEdit={mayEdit}
        view={view}
        fitsSplit={maySplit}
        onView={setView}
        panel={panel}
        onPanel={setPanel}
        followed={followed}
        onFollow={setFollowed}
        onTitleDone={goToText}
        onCopyRichText={() => rendered !== null && void copyAsRichText(rendered)}
      />
      <Notices live={live} role={document.role} />
      <div ref={area} className="relative flex min-h-0 flex-1">
        <div
          className={`grid min-h-0 min-w-0 flex-1 grid-rows-[minmax(0,1fr)] ${view === "split" ? "grid-cols-2" : "grid-cols-1"}`}
        >
          {view !== "reading" && (
            <Suspense fallback={<Loading />}>
              <Source
                live={live}
                document={document}
                mayEdit={mayEdit}
                preview={preview}
                completeLink={links.complete}
                upload={files.upload}
                onView={onEditor}
                onTopLine={setTopLine}
                onThread={comments.openById}
                onComment={mayComment ? () => void comments.begin() : undefined}
              />
            </Suspense>
          )}
          <Preview
            text={text}
            title={title}
            isHidden={view === "source"}
            isAlone={view === "reading"}
            onRendered={onRendered}
            onTopLine={view === "reading" ? setTopLine : undefined}
            onFollow={links.open}
            openEmbed={links.openEmbed}
            documentId={document.id}
            resolveFiles={files.resolve}
            onWrite={mayEdit ? goToText : undefined}
            onTask={
              mayEdit
                ? (line, done) => void toggleTaskAt(live.ytext, line, done).catch(showErrorToast)
                : undefined
            }
          />
        </div>
        {mayComment && rendered !== null && (
          <SelectionButton within={rendered.scroller} onComment={() => void comments.begin()} />
        )}
        {panel !== null && (
          <DocumentPanel
            panel={panel}
            covers={covers}
            live={live}
            document={document}
            role={role}
            outline={rendered?.outline ?? []}
            topLine={topLine}
            comments={comments}
            text={text}
            onInsert={mayEdit ? (markdown) => void insert(markdown) : undefined}
            onGo={(line, slug) => {
              if (covers) setPanel(null);
              preview.current?.showHeading(slug);
              if (editor !== null)
                void import("./editor/navigation.ts").then(({ goToLine }) => goToLine(editor, line));
            }}
            onClose={() => setPanel(null)}
          />
        )}
      </div>
      <StatusBar
        counts={rendered?.counts ?? null}
        onNormalize={
          mayEdit && hasMixedLineEndings(text) ? () => normalizeLineEndings(live.ytext) : undefined
        }
      />
    </div>
  );
}
