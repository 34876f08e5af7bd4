import { useNavigate } from "@tanstack/react-router";
import {
  ArrowDown,
  ArrowUp,
  Copy,
  FolderDown,
  FolderInput,
  CornerUpRight,
  FilePlus2,
  FolderPlus,
  Link2,
  Paperclip,
  Pencil,
  Search,
  Star,
  StarOff,
  Trash2,
  Unlink,
} from "lucide-react";

import { MenuItem, MenuSeparator } from "../../ui/Menu.tsx";
import { showToast } from "../../ui/toast.ts";
import { useFavorites } from "../../workspace/shortcut/favorites.ts";
import { downloadArchive } from "../transfer/download.ts";
import { findStep } from "./find-step.ts";
import type { Node, PositionedNode } from "./node.ts";
import type { TreeRow } from "./rows.ts";
import { SortItem, SortRootItem } from "./SortItem.tsx";
import { useTree } from "./tree-state.ts";

interface NodeMenuProps {
  placed: PositionedNode<Node> | null;
  rows: readonly TreeRow[];
}

/** The actions for a node; without one, for the whole tree. */
export function NodeMenu({ placed, rows }: NodeMenuProps) {
  const { workspaceId, mayMove, actions, remove, setOpen, setRenaming, setMoving, setImporting, setListing } =
    useTree();
  const favorites = useFavorites(workspaceId);
  const navigate = useNavigate();
  if (placed === null) {
    return (
      <>
        {mayMove && <NewItems folderId={null} />}
        <SortRootItem />
        <MenuItem icon={<Paperclip />} onSelect={() => setListing({ folderId: null, name: null })}>
          Files
        </MenuItem>
      </>
    );
  }
  const { node } = placed;
  const { id, kind, name } = node;
  const isFolder = kind === "folder";
  const isFavorite = favorites.has(id);
  const search = (folder: string) =>
    void navigate({ to: "/w/$workspaceId/search", params: { workspaceId }, search: { q: "", folder } });
  const copyLink = async () => {
    await navigator.clipboard.writeText(`${location.origin}/w/${workspaceId}/d/${id}`);
    showToast("Link copied");
  };
  return (
    <>
      {isFolder && mayMove && (
        <>
          <NewItems folderId={id} onNew={() => setOpen(id, true)} />
          <MenuItem icon={<FolderInput />} onSelect={() => setImporting({ folderId: id, found: null })}>
            Import here…
          </MenuItem>
          <SortItem folderId={id} order={node.childrenOrder} />
        </>
      )}
      {isFolder && (
        <>
          <MenuItem icon={<Search />} onSelect={() => search(id)}>
            Search here
          </MenuItem>
          <MenuItem icon={<Paperclip />} onSelect={() => setListing({ folderId: id, name })}>
            Files
          </MenuItem>
          <MenuItem icon={<FolderDown />} onSelect={() => void downloadArchive(workspaceId, id)}>
            Export as zip
          </MenuItem>
          <MenuSeparator />
        </>
      )}
      {!isFolder && (
        <>
          <MenuItem
            icon={isFavorite ? <StarOff /> : <Star />}
            onSelect={() => favorites.toggle({ id, title: name })}
          >
            {isFavorite ? "Remove from favorites" : "Add to favorites"}
          </MenuItem>
          <MenuItem icon={<Link2 />} onSelect={() => void copyLink()}>
            Copy link
          </MenuItem>
        </>
      )}
      {mayMove && (
        <>
          <MenuItem icon={<Pencil />} keys="F2" onSelect={() => setRenaming(id)}>
            Rename
          </MenuItem>
          <MenuItem icon={<CornerUpRight />} onSelect={() => setMoving(placed)}>
            Move to…
          </MenuItem>
          <StepItem placed={placed} rows={rows} direction="up" />
          <StepItem placed={placed} rows={rows} direction="down" />
          <MenuItem icon={<Unlink />} onSelect={() => actions.updateLinks(placed)}>
            Update links…
          </MenuItem>
          {!isFolder && (
            <MenuItem icon={<Copy />} onSelect={() => actions.duplicate(id)}>
              Duplicate
            </MenuItem>
          )}
          <MenuSeparator />
          <MenuItem icon={<Trash2 />} keys="Del" danger onSelect={() => remove(placed)}>
            Move to trash
          </MenuItem>
        </>
      )}
    </>
  );
}

interface StepItemProps extends NodeMenuProps {
  placed: PositionedNode<Node>;
  direction: "up" | "down";
}

/** Moves a node past its neighbor, which touch screens can't do by dragging. The menu stays open for the next step. */
function StepItem({ placed, rows, direction }: StepItemProps) {
  const { actions } = useTree();
  const isUp = direction === "up";
  const step = findStep(rows, placed, direction);
  return (
    <MenuItem
      icon={isUp ? <ArrowUp /> : <ArrowDown />}
      keys={isUp ? "Alt+↑" : "Alt+↓"}
      disabled={step === null}
      closeOnClick={false}
      onSelect={() => step !== null && actions.move(placed, placed.folderId, step.place)}
    >
      {isUp ? "Move up" : "Move down"}
    </MenuItem>
  );
}

function NewItems({ folderId, onNew }: { folderId: string | null; onNew?: () => void }) {
  const { actions, setRenaming } = useTree();
  return (
    <>
      <MenuItem
        icon={<FilePlus2 />}
        onSelect={() => {
          onNew?.();
          actions.newDocument(folderId);
        }}
      >
        New document
      </MenuItem>
      <MenuItem
        icon={<FolderPlus />}
        onSelect={() => {
          onNew?.();
          actions.newFolder(folderId, setRenaming);
        }}
      >
        New folder
      </MenuItem>
    </>
  );
}
