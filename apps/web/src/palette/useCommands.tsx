import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import {
  Activity,
  BookOpen,
  Download,
  FilePlus2,
  FolderInput,
  FolderPlus,
  House,
  Keyboard,
  KeyRound,
  LayoutGrid,
  LogOut,
  Monitor,
  MonitorSmartphone,
  PanelLeft,
  Settings,
  SunMoon,
  Trash2,
  UserRound,
  Users,
} from "lucide-react";

import { useSignOut } from "../auth/useSignOut.ts";
import { downloadArchive } from "../document/transfer/download.ts";
import { importDialog } from "../document/transfer/import-dialog.ts";
import { revealInTree } from "../document/tree/reveal.ts";
import { useTreeActions } from "../document/tree/useTreeActions.ts";
import { shortcutSheet } from "../layout/shortcut-sheet.ts";
import { collapsed } from "../layout/sidebar.ts";
import { trpc } from "../lib/client.ts";
import { useIsWide } from "../lib/media.ts";
import { theme, toggleTheme } from "../lib/theme.ts";
import { useWorkspace } from "../workspace/useWorkspace.ts";
import { WorkspaceIcon } from "../workspace/WorkspaceIcon.tsx";
import type { Item } from "./item.ts";
import { useDocumentCommands } from "./useDocumentCommands.tsx";

/** Global commands. */
export function useCommands(): Item[] {
  const navigate = useNavigate();
  const signOut = useSignOut();
  const list = useInfiniteQuery(trpc.workspace.list.infiniteQueryOptions({ limit: 20 }, pagedQuery));
  const workspaces = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return [
    { id: "theme", label: "Toggle light and dark theme", icon: <SunMoon />, run: toggleTheme },
    {
      id: "system-theme",
      label: "Use the system theme",
      icon: <Monitor />,
      run: () => theme.set("system"),
    },
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
      run: () => shortcutSheet.set(true),
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
    {
      id: "help",
      label: "Help",
      icon: <BookOpen />,
      run: () => void navigate({ to: "/help/{-$page}", params: {} }),
    },
    { id: "sign-out", label: "Sign out", icon: <LogOut />, run: () => signOut.mutate() },
  ];
}

/** Commands for the current workspace. */
export function useWorkspaceCommands(workspaceId: string): Item[] {
  const navigate = useNavigate();
  const { may } = useWorkspace(workspaceId);
  const { newDocument, newFolder } = useTreeActions(workspaceId);
  const isWide = useIsWide();
  const params = { workspaceId };
  const nameInTree = (id: string) => {
    collapsed.set(false);
    revealInTree({ id, folderIds: [], isRenaming: true });
  };
  return [
    ...(may("document.create")
      ? [{ id: "new", label: "New document", icon: <FilePlus2 />, run: () => newDocument(null) }]
      : []),
    // Only wide windows show the tree, in which the folder is named.
    ...(may("document.create") && isWide
      ? [
          {
            id: "new-folder",
            label: "New folder",
            icon: <FolderPlus />,
            run: () => newFolder(null, nameInTree),
          },
        ]
      : []),
    ...useDocumentCommands(workspaceId),
    ...(may("document.create")
      ? [
          {
            id: "import",
            label: "Import Markdown files…",
            icon: <FolderInput />,
            run: () => importDialog.set(true),
          },
        ]
      : []),
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
