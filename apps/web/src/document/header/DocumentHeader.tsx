import type { Role } from "@mdreader/client";
import type { LiveDocument } from "@mdreader/client/live";
import { ListTree } from "lucide-react";
import type { ReactNode } from "react";

import { IconButton } from "../../ui/Button.tsx";
import type { Panel, View } from "../view.ts";
import { Peers } from "./Peers.tsx";
import { SaveState } from "./SaveState.tsx";
import { TitleField } from "./TitleField.tsx";
import { ViewSwitch } from "./ViewSwitch.tsx";

interface DocumentHeaderProps {
  live: LiveDocument;
  title: string;
  workspaceId: string;
  role: Role;
  mayEdit: boolean;
  view: View;
  onView: (view: View) => void;
  panel: Panel | null;
  onPanel: (panel: Panel | null) => void;
  followed: string | null;
  onFollow: (userId: string | null) => void;
  onTitleDone: () => void;
}

const panels: { panel: Panel; label: string; icon: ReactNode }[] = [
  { panel: "outline", label: "Outline", icon: <ListTree /> },
];

/** What the document is called, how it is saved, who is in it, and how it is shown. */
export function DocumentHeader(props: DocumentHeaderProps) {
  const { live, title, mayEdit, view, onView, panel, onPanel, followed, onFollow, onTitleDone } = props;
  return (
    <header className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5">
      <TitleField documentId={live.id} title={title} mayEdit={mayEdit} onDone={onTitleDone} />
      <SaveState live={live} />
      <Peers live={live} followed={followed} onFollow={onFollow} />
      <ViewSwitch view={view} onChange={onView} />
      <div className="flex items-center gap-0.5">
        {panels.map(({ panel: name, label, icon }) => (
          <IconButton
            key={name}
            label={label}
            aria-pressed={panel === name}
            onClick={() => onPanel(panel === name ? null : name)}
          >
            {icon}
          </IconButton>
        ))}
      </div>
    </header>
  );
}
