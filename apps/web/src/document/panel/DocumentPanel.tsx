import type { EditorView } from "@codemirror/view";
import type { Role, RouterOutputs } from "@mdreader/client";
import type { LiveDocument } from "@mdreader/client/live";

import type { Heading } from "../markdown/headings.ts";
import type { Panel } from "../view.ts";
import { Outline } from "./Outline.tsx";
import { SidePanel } from "./SidePanel.tsx";

interface DocumentPanelProps {
  panel: Panel;
  live: LiveDocument;
  document: RouterOutputs["document"]["get"];
  role: Role;
  editor: EditorView | null;
  outline: readonly Heading[];
  topLine: number;
  onGo: (line: number, slug: string) => void;
  onClose: () => void;
}

const titles = {
  outline: "Outline",
  comments: "Comments",
  history: "History",
  links: "Links",
} satisfies Record<Panel, string>;

/** What is open beside the document. */
export function DocumentPanel({ panel, outline, topLine, onGo, onClose }: DocumentPanelProps) {
  return (
    <SidePanel title={titles[panel]} onClose={onClose}>
      {panel === "outline" && (
        <Outline headings={outline} topLine={topLine} onGo={({ line, slug }) => onGo(line, slug)} />
      )}
    </SidePanel>
  );
}
