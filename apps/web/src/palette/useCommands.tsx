import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import {
  Activity,
  Columns2,
  Download,
  FilePlus2,
  House,
  Keyboard,
  KeyRound,
  LayoutGrid,
  MonitorSmartphone,
  PanelLeft,
  PanelRight,
  Printer,
  Settings,
  Star,
  SunMoon,
  Trash2,
  UserRound,
  Users,
} from "lucide-react";

import { downloadArchive } from "../document/transfer/download.ts";
import { useTreeActions } from "../document/tree/useTreeActions.ts";
import { chooseView, openPanel } from "../document/view.ts";
import { shortcutSheet } from "../layout/shortcut-sheet.ts";
import { collapsed } from "../layout/sidebar.ts";
import { pagedQuery, trpc } from "../lib/client.ts";
import { toggleTheme } from "../lib/theme.ts";
import { useFavorites } from "../workspace/shortcut/favorites.ts";
import { useWorkspace } from "../workspace/useWorkspace.ts";
import { WorkspaceIcon } from "../workspace/WorkspaceIcon.tsx";
import type { Item } from "./item.ts";

/** Global commands. */
export function useCommands(): Item[] {
  const navigate = useNavigate();
  const list = useInfiniteQuery(trpc.workspace.list.infiniteQueryOptions({ limit: 20 }, pagedQuery));
  const workspaces = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return [
    { id: "theme", label: "Toggle light and dark theme", icon: <SunMoon />, run: toggleTheme },
    {
      id: "sidebar",
      label: "Toggle sidebar",
      icon: <PanelLeft />,
      keys: "Mod+\\",
      run: () => collapsed.set(!collapsed.get()),
    },
    {
      id: "shortcuts",
      label: "Keyboard shortcuts",
      icon: <Keyboard />,
      keys: "?",
      run: () => shortcutSheet.setOpen(true),
    },
    {
      id: "workspaces",
      label: "All workspaces",
      icon: <LayoutGrid />,
      run: () => void navigate({ to: "/" }),
    },
    ...workspaces.map(({ id, name }) => ({
      id,
      label: `Go to ${name}`,
      icon: <WorkspaceIcon id={id} name={name} />,
      run: () => void navigate({ to: "/w/$workspaceId", params: { workspaceId: id } }),
    })),
    { id: "profile", label: "Profile", icon: <UserRound />, run: () => void navigate({ to: "/account" }) },
    {
      id: "sessions",
      label: "Sessions",
      icon: <MonitorSmartphone />,
      run: () => void navigate({ to: "/account/sessions" }),
    },
    {
      id: "keys",
      label: "API keys",
      icon: <KeyRound />,
      run: () => void navigate({ to: "/account/api-keys" }),
    },
  ];
}

/** Commands for the current workspace. */
export function useWorkspaceCommands(workspaceId: string): Item[] {
  const navigate = useNavigate();
  const { may } = useWorkspace(workspaceId);
  const { newDocument } = useTreeActions(workspaceId);
  const params = { workspaceId };
  return [
    ...(may("document.create")
      ? [{ id: "new", label: "New document", icon: <FilePlus2 />, run: () => newDocument(null) }]
      : []),
    ...useDocumentCommands(workspaceId),
    {
      id: "home",
      label: "Workspace home",
      icon: <House />,
      run: () => void navigate({ to: "/w/$workspaceId", params }),
    },
    {
      id: "activity",
      label: "Activity",
      icon: <Activity />,
      run: () => void navigate({ to: "/w/$workspaceId/activity", params }),
    },
    {
      id: "members",
      label: "Members",
      icon: <Users />,
      run: () => void navigate({ to: "/w/$workspaceId/members", params }),
    },
    ...(may("document.readTrash")
      ? [
          {
            id: "trash",
            label: "Trash",
            icon: <Trash2 />,
            run: () => void navigate({ to: "/w/$workspaceId/trash", params }),
          },
        ]
      : []),
    {
      id: "export",
      label: "Export the workspace as zip",
      icon: <Download />,
      run: () => void downloadArchive(workspaceId, null),
    },
    {
      id: "settings",
      label: "Workspace settings",
      icon: <Settings />,
      run: () => void navigate({ to: "/w/$workspaceId/settings", params }),
    },
  ];
}

/** Commands for the open document. */
function useDocumentCommands(workspaceId: string): Item[] {
  const id = useParams({ strict: false, select: ({ documentId }) => documentId });
  const { has, toggle } = useFavorites(workspaceId);
  // Reads the cache of the document page without fetching.
  const document = useQuery({ ...trpc.document.get.queryOptions({ id: id ?? "" }), enabled: false });
  if (id === undefined || document.data === undefined) return [];
  const { title } = document.data;
  const views = [
    { view: "source", label: "Source view" },
    { view: "split", label: "Split view" },
    { view: "reading", label: "Reading view" },
  ] as const;
  const panels = [
    { panel: "outline", label: "Outline" },
    { panel: "comments", label: "Comments" },
    { panel: "attachments", label: "Attachments" },
    { panel: "history", label: "History" },
    { panel: "links", label: "Backlinks" },
  ] as const;
  return [
    ...views.map(({ view, label }) => ({ id: view, label, icon: <Columns2 />, run: () => chooseView(view) })),
    ...panels.map(({ panel, label }) => ({
      id: panel,
      label,
      icon: <PanelRight />,
      run: () => openPanel(panel),
    })),
    { id: "print", label: "Print this document", icon: <Printer />, run: () => setTimeout(print) },
    {
      id: "favourite",
      label: has(id) ? "Remove this document from favorites" : "Add this document to favorites",
      icon: <Star />,
      run: () => toggle({ id, title }),
    },
  ];
}
