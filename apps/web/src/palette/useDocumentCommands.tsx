import { can } from "@mdreader/client";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import {
  Columns2,
  Copy,
  CornerUpRight,
  Link2,
  PanelRight,
  Pencil,
  Printer,
  Share2,
  Star,
  Trash2,
  Unlink,
} from "lucide-react";

import { moveDialog, renameDialog, shareDialog } from "../document/dialogs.ts";
import { printPage } from "../document/markdown/print.ts";
import { useTreeActions } from "../document/tree/useTreeActions.ts";
import { chooseView, openPanel } from "../document/view.ts";
import { trpc } from "../lib/client.ts";
import { showErrorToast, showToast } from "../ui/toast.ts";
import { useFavorites } from "../workspace/shortcut/favorites.ts";
import type { Item } from "./item.ts";

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

/** Commands for the open document. */
export function useDocumentCommands(workspaceId: string): Item[] {
  const id = useParams({ strict: false, select: ({ documentId }) => documentId });
  const { has, toggle } = useFavorites(workspaceId);
  const { duplicate, remove, updateLinks } = useTreeActions(workspaceId);
  // Reads the cache of the document page without fetching.
  const document = useQuery({ ...trpc.document.get.queryOptions({ id: id ?? "" }), enabled: false });
  if (id === undefined || document.data === undefined) return [];
  const { title, folderId, role } = document.data;
  const copyLink = () =>
    navigator.clipboard.writeText(location.href).then(() => showToast("Link copied"), showErrorToast);
  const edits: Item[] = [
    {
      id: "rename",
      label: "Rename this document…",
      icon: <Pencil />,
      run: () => renameDialog.set(true),
    },
    {
      id: "move",
      label: "Move this document…",
      icon: <CornerUpRight />,
      run: () => moveDialog.set(true),
    },
    {
      id: "update-links",
      label: "Update links to this document…",
      icon: <Unlink />,
      run: () => updateLinks({ node: { id, kind: "document", name: title }, folderId }),
    },
    { id: "duplicate", label: "Duplicate this document", icon: <Copy />, run: () => duplicate(id) },
    {
      id: "delete",
      label: "Move this document to the trash",
      icon: <Trash2 />,
      run: () => remove({ node: { id, kind: "document", name: title }, folderId }),
    },
  ];
  return [
    ...(can(role, "document.update") ? edits : []),
    ...(can(role, "share.list")
      ? [
          {
            id: "share",
            label: "Share this document…",
            icon: <Share2 />,
            run: () => shareDialog.set(true),
          },
        ]
      : []),
    { id: "copy-link", label: "Copy link to this document", icon: <Link2 />, run: () => void copyLink() },
    ...views.map(({ view, label }) => ({ id: view, label, icon: <Columns2 />, run: () => chooseView(view) })),
    ...panels.map(({ panel, label }) => ({
      id: panel,
      label,
      icon: <PanelRight />,
      run: () => openPanel(panel),
    })),
    {
      id: "print",
      label: "Print this document",
      icon: <Printer />,
      run: () => setTimeout(() => void printPage()),
    },
    {
      id: "favorite",
      label: has(id) ? "Remove this document from favorites" : "Add this document to favorites",
      icon: <Star />,
      run: () => toggle({ id, title }),
    },
  ];
}
