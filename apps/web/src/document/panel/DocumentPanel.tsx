import type { Role, RouterOutputs } from "@mdreader/client";
import type { LiveDocument } from "@mdreader/client/live";
import type { Heading } from "@mdreader/markdown";

import { Attachments } from "../attachment/Attachments.tsx";
import { replacePath } from "../attachment/replace-path.ts";
import { Comments } from "../comment/Comments.tsx";
import type { DocumentComments } from "../comment/useDocumentComments.ts";
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
  outline: readonly Heading[];
  topLine: number;
  comments: DocumentComments;
  text: string;
  onInsert: ((markdown: string) => void) | undefined;
  onGo: (line: number, slug: string) => void;
  onClose: () => void;
}

const titles = {
  outline: "Outline",
  comments: "Comments",
  history: "History",
  links: "Backlinks",
  attachments: "Attachments",
} satisfies Record<Panel, string>;

/** The open side panel. */
export function DocumentPanel(props: DocumentPanelProps) {
  const { panel, covers, live, document, role, outline, topLine } = props;
  const { comments, text, onInsert, onGo, onClose } = props;
  const updateLinks = (from: string, to: string) => replacePath(live, from, to);
  return (
    <SidePanel title={titles[panel]} covers={covers} onClose={onClose}>
      {panel === "history" && <History document={document} role={role} />}
      {panel === "links" && <Backlinks documentId={live.id} workspaceId={document.workspaceId} />}
      {panel === "comments" && (
        <Comments
          live={live}
          workspaceId={document.workspaceId}
          role={role}
          comments={comments}
          onShown={() => covers && onClose()}
        />
      )}
      {panel === "attachments" && (
        <Attachments document={document} role={role} text={text} onInsert={onInsert} onMoved={updateLinks} />
      )}
      {panel === "outline" && (
        <Outline headings={outline} topLine={topLine} onGo={({ line, slug }) => onGo(line, slug)} />
      )}
    </SidePanel>
  );
}
