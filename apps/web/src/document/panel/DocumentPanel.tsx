import type { EditorView } from "@codemirror/view";
import type { Role, RouterOutputs } from "@mdreader/client";
import type { LiveDocument } from "@mdreader/client/live";
import type { Heading } from "@mdreader/markdown";

import type { Draft } from "../comment/anchors.ts";
import { Comments } from "../comment/Comments.tsx";
import { Backlinks } from "../link/Backlinks.tsx";
import { History } from "../version/History.tsx";
import type { Panel } from "../view.ts";
import { Outline } from "./Outline.tsx";
import { SidePanel } from "./SidePanel.tsx";

interface DocumentPanelProps {
  panel: Panel;
  covers: boolean;
  live: LiveDocument;
  document: RouterOutputs["document"]["get"];
  role: Role;
  editor: EditorView | null;
  outline: readonly Heading[];
  topLine: number;
  openThread: string | null;
  draft: Draft | null;
  onDraft: (draft: Draft | null) => void;
  onGo: (line: number, slug: string) => void;
  onClose: () => void;
}

const titles = {
  outline: "Outline",
  comments: "Comments",
  history: "History",
  links: "Backlinks",
} satisfies Record<Panel, string>;

/** The open side panel. */
export function DocumentPanel(props: DocumentPanelProps) {
  const { panel, covers, live, document, role, editor, outline, topLine } = props;
  const { openThread, draft, onDraft, onGo, onClose } = props;
  return (
    <SidePanel title={titles[panel]} covers={covers} onClose={onClose}>
      {panel === "history" && <History documentId={live.id} role={role} />}
      {panel === "links" && <Backlinks documentId={live.id} workspaceId={document.workspaceId} />}
      {panel === "comments" && (
        <Comments
          live={live}
          workspaceId={document.workspaceId}
          role={role}
          editor={editor}
          openThread={openThread}
          draft={draft}
          onDraft={onDraft}
        />
      )}
      {panel === "outline" && (
        <Outline headings={outline} topLine={topLine} onGo={({ line, slug }) => onGo(line, slug)} />
      )}
    </SidePanel>
  );
}
