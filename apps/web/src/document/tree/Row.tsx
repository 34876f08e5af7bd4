import { Link, useParams } from "@tanstack/react-router";
import { ChevronRight, Ellipsis, FileText, Folder, FolderOpen } from "lucide-react";
import { type MouseEvent, useEffect, useEffectEvent } from "react";

import { usePresenceContext } from "../../presence/presence-context.ts";
import { PresenceDots } from "../../presence/PresenceDots.tsx";
import { createDragProps, createDropTargetProps } from "./drag-and-drop.ts";
import { RenameField } from "./RenameField.tsx";
import type { NodeRow, NoteRow, TreeRow } from "./rows.ts";
import { type TreeState, useTree } from "./tree-state.ts";

interface PlacedRow {
  /** The offset from the top of the tree in pixels. */
  top: number;
  /** Whether Tab focuses this row. */
  isTabStop: boolean;
}

/** The attributes of a row in the tree pattern. */
const toTreeItem = ({ row, top, isTabStop }: PlacedRow & { row: TreeRow }) => ({
  "aria-level": row.depth + 1,
  "aria-posinset": row.place,
  "aria-setsize": row.count,
  "data-id": row.key,
  tabIndex: isTabStop ? 0 : -1,
  style: { top },
});

/** A document or folder. */
export function Row({ row, ...placed }: PlacedRow & { row: NodeRow }) {
  const state = useTree();
  const { node, folderId, depth } = row;
  const { id, kind, name } = node;
  const open = useParams({ strict: false, select: ({ documentId }) => documentId });
  const isFolder = kind === "folder";
  const isOpen = isFolder && state.isOpen(id);
  const isRenaming = state.renaming === id;
  const line = state.line?.rowId === id ? state.line.edge : null;
  useOpenOnHover(state, id, isFolder && !isOpen && state.target === id);
  return (
    <li
      role="treeitem"
      {...toTreeItem({ row, ...placed })}
      aria-label={name}
      aria-selected={id === open}
      aria-expanded={isFolder ? isOpen : undefined}
      onFocus={(event) => {
        if (event.target === event.currentTarget) state.setActive(id);
      }}
      className="group/item absolute inset-x-0 outline-none"
    >
      <div
        {...(!isRenaming && createDragProps(state, { node, folderId }))}
        {...createDropTargetProps(state, isFolder ? id : folderId, { node, folderId })}
        className={`group/row flex h-7.5 items-center rounded-md pr-1 text-sm group-focus-visible/item:not-group-focus-within/row:outline-2 hover:bg-hover pointer-coarse:h-10 ${id === open ? "bg-chosen font-medium" : ""} ${isFolder && state.target === id ? "bg-accent-soft outline-2 outline-accent" : ""} ${state.cut?.node.id === id ? "opacity-50" : ""}`}
      >
        <Indent depth={depth} />
        {isRenaming ? (
          <RenameField node={node} />
        ) : isFolder ? (
          <FolderName name={name} isOpen={isOpen} onToggle={() => state.setOpen(id, !isOpen)} />
        ) : (
          <DocumentName workspaceId={state.workspaceId} id={id} name={name} />
        )}
        {!isRenaming && <MenuButton name={name} />}
      </div>
      {line !== null && (
        <div
          aria-hidden="true"
          data-drop-line={line}
          className={`pointer-events-none absolute right-1 left-1 z-10 flex h-0.5 bg-accent ${line === "top" ? "-top-px" : "-bottom-px"}`}
        />
      )}
    </li>
  );
}

/** The time in milliseconds until a folder opens while something is dragged over it. */
const hoverMs = 700;

/** Opens a closed folder after something was dragged over it for a moment. */
function useOpenOnHover({ setOpen }: TreeState, id: string, isOver: boolean): void {
  const open = useEffectEvent(() => setOpen(id, true));
  useEffect(() => {
    if (!isOver) return undefined;
    const timer = setTimeout(() => open(), hoverMs);
    return () => clearTimeout(timer);
  }, [isOver]);
}

/** A row without a node: a folder is empty, still loading, or could not be loaded. */
export function Note({ row, ...placed }: PlacedRow & { row: NoteRow }) {
  const { level, depth } = row;
  const isBusy = level === undefined || level.state === "loading" || level.state === "partial";
  const note = isBusy ? "Loading…" : depth === 0 ? "No documents yet" : "Empty";
  return (
    <li
      role="treeitem"
      {...toTreeItem({ row, ...placed })}
      aria-selected={false}
      aria-busy={isBusy}
      className={`absolute inset-x-0 flex h-7.5 items-center rounded-md pr-1 text-sm text-faint -outline-offset-2 pointer-coarse:h-10 ${isBusy ? "animate-late" : ""}`}
    >
      <Indent depth={depth} />
      {level?.state === "failed" ? (
        <button
          type="button"
          tabIndex={-1}
          data-opens
          onClick={level.loadMore}
          className="min-w-0 flex-1 truncate pl-2 text-left hover:text-ink"
        >
          Try again: <span className="text-danger">{level.error}</span>
        </button>
      ) : (
        <span className="truncate pl-7">{note}</span>
      )}
    </li>
  );
}

/** Indentation, one step per ancestor. The widths are classes because the CSP forbids inline styles. */
function Indent({ depth }: { depth: number }) {
  return Array.from({ length: Math.min(depth, 12) }, (_, step) => (
    <span key={step} aria-hidden="true" className="ml-3.75 h-full w-0 shrink-0 border-l border-line" />
  ));
}

const content = "flex h-full min-w-0 flex-1 items-center gap-1.5 pl-1.5 text-left";

function FolderName({ name, isOpen, onToggle }: { name: string; isOpen: boolean; onToggle: () => void }) {
  const Icon = isOpen ? FolderOpen : Folder;
  return (
    <button type="button" tabIndex={-1} data-opens onClick={onToggle} className={content}>
      <ChevronRight
        aria-hidden="true"
        className={`size-3.5 shrink-0 text-faint transition-transform ${isOpen ? "rotate-90" : ""}`}
      />
      <Icon aria-hidden="true" className="size-4 shrink-0 text-faint" />
      <span className="truncate">{name}</span>
    </button>
  );
}

function DocumentName({ workspaceId, id, name }: { workspaceId: string; id: string; name: string }) {
  const people = usePresenceContext().get(id);
  return (
    <Link
      to="/w/$workspaceId/d/$documentId"
      params={{ workspaceId, documentId: id }}
      tabIndex={-1}
      draggable={false}
      data-opens
      className={content}
    >
      <span className="w-3.5 shrink-0" />
      <FileText aria-hidden="true" className="size-4 shrink-0 text-faint" />
      <span className="min-w-0 truncate">{name}</span>
      {people !== undefined && <PresenceDots people={people} />}
    </Link>
  );
}

/** Opens the context menu of the row. */
function MenuButton({ name }: { name: string }) {
  const openMenu = ({ currentTarget, clientX, clientY }: MouseEvent) =>
    currentTarget.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, clientX, clientY }));
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={`Menu for ${name}`}
      onClick={openMenu}
      className="grid size-6 shrink-0 place-content-center rounded text-faint opacity-0 group-hover/row:opacity-100 hover:bg-hover hover:text-ink focus:opacity-100 pointer-coarse:size-10 pointer-coarse:opacity-100"
    >
      <Ellipsis className="size-4" />
    </button>
  );
}
