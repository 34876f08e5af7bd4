import { can, type Role } from "@mdreader/client";
import type { LiveDocument } from "@mdreader/client/live";
import { FileInput, History as HistoryIcon, ListTree, MessageSquare, Paperclip, Share2 } from "lucide-react";
import type { ReactNode } from "react";

import { IconButton } from "../../ui/Button.tsx";
import { shareDialog } from "../dialogs.ts";
import type { Panel, View } from "../view.ts";
import { Breadcrumb } from "./Breadcrumb.tsx";
import { DocumentDialogs } from "./DocumentDialogs.tsx";
import { DocumentMenu } from "./DocumentMenu.tsx";
import { People } from "./People.tsx";
import { SaveState } from "./SaveState.tsx";
import { TitleField } from "./TitleField.tsx";
import { ViewSwitch } from "./ViewSwitch.tsx";

interface DocumentHeaderProps {
  live: LiveDocument;
  title: string;
  workspaceId: string;
  folderId: string | null;
  role: Role;
  mayEdit: boolean;
  view: View;
  fitsSplit: boolean;
  onView: (view: View) => void;
  panel: Panel | null;
  onPanel: (panel: Panel | null) => void;
  followed: string | null;
  onFollow: (userId: string | null) => void;
  onTitleDone: () => void;
  onCopyRichText: () => void;
}

const panels: { panel: Panel; label: string; icon: ReactNode }[] = [
  { panel: "outline", label: "Outline", icon: <ListTree /> },
  { panel: "comments", label: "Comments", icon: <MessageSquare /> },
  { panel: "attachments", label: "Attachments", icon: <Paperclip /> },
  { panel: "history", label: "History", icon: <HistoryIcon /> },
  { panel: "links", label: "Backlinks", icon: <FileInput /> },
];

/** The document's title, save state, collaborators and view switch. */
export function DocumentHeader(props: DocumentHeaderProps) {
  const {
    live,
    title,
    role,
    workspaceId,
    folderId,
    mayEdit,
    view,
    fitsSplit,
    onView,
    panel,
    onPanel,
    followed,
    onFollow,
    onTitleDone,
    onCopyRichText,
  } = props;
  return (
    <header className="cramped:not-focus-within:hidden flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5">
      <div className="min-w-28 flex-1">
        <Breadcrumb documentId={live.id} />
        <TitleField
          workspaceId={workspaceId}
          documentId={live.id}
          title={title}
          mayEdit={mayEdit}
          onDone={onTitleDone}
        />
      </div>
      <SaveState live={live} />
      <People live={live} followed={followed} onFollow={onFollow} />
      <ViewSwitch view={view} fitsSplit={fitsSplit} onChange={onView} />
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
        {can(role, "share.list") && (
          <IconButton label="Share" onClick={() => shareDialog.set(true)}>
            <Share2 />
          </IconButton>
        )}
        <DocumentMenu
          live={live}
          title={title}
          workspaceId={workspaceId}
          role={role}
          view={view}
          onCopyRichText={onCopyRichText}
        />
      </div>
      <DocumentDialogs
        workspaceId={workspaceId}
        documentId={live.id}
        title={title}
        folderId={folderId}
        role={role}
      />
    </header>
  );
}
