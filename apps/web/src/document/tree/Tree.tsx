import { useVirtualizer } from "@tanstack/react-virtual";
import { lazy, Suspense, useEffect, useRef, useState } from "react";

import { isPointerCoarse } from "../../lib/media.ts";
import { findScroller, useKeptRows, useScrollMargin } from "../../lib/scroll-margin.ts";
import { ContextMenu } from "../../ui/Menu.tsx";
import { LazyImport } from "../transfer/LazyImport.tsx";
import { DeleteFolderDialog } from "./DeleteFolderDialog.tsx";
import { createDropTargetProps } from "./drag-and-drop.ts";
import { FolderLoader } from "./FolderLoader.tsx";
import { handleTreeKey } from "./keyboard.ts";
import { MoveDialog } from "./MoveDialog.tsx";
import type { Node, PositionedNode } from "./node.ts";
import { NodeMenu } from "./NodeMenu.tsx";
import { Note, Row } from "./Row.tsx";
import { useTree } from "./tree-state.ts";
import { useReveal } from "./useReveal.ts";
import { useTreeRows } from "./useTreeRows.ts";

const FolderFiles = lazy(() =>
  import("../attachment/FolderFiles.tsx").then((module) => ({ default: module.FolderFiles })),
);

/** Height of a row in pixels, with a mouse and with a finger. */
const rowHeight = { fine: 30, coarse: 40 };

/** Number of rows rendered beyond the visible ones. */
const overscan = 12;

/**
 * The documents of a workspace in their folders. Folders load when opened, and only rows in view are rendered. Keyboard use
 * follows the tree pattern of the ARIA Authoring Practices: one tab stop, and arrow keys within.
 */
export function Tree() {
  const state = useTree();
  const { rows, levels, folderIds, onLevel } = useTreeRows(state.openIds);
  const list = useRef<HTMLUListElement>(null);
  // One menu serves all rows; it opens for the clicked one.
  const [menuFor, setMenuFor] = useState<PositionedNode<Node> | null>(null);
  const [message, setMessage] = useState("");
  // The content above the tree in the sidebar changes, for example the favorites.
  const offset = useScrollMargin(list);
  const active = Math.max(
    0,
    rows.findIndex(({ key }) => key === state.active),
  );
  const dragged = rows.findIndex(({ key }) => key === state.dragged?.node.id);
  // No compiler memoizes these components.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => findScroller(list.current),
    estimateSize: () => rowHeight[isPointerCoarse() ? "coarse" : "fine"],
    getItemKey: (index) => rows[index]?.key ?? index,
    scrollMargin: offset,
    overscan,
    // The row in the tab order stays rendered, and so does the dragged one, whose events would end otherwise.
    rangeExtractor({ startIndex, endIndex, overscan: around, count }) {
      const [first, last] = [Math.max(0, startIndex - around), Math.min(count - 1, endIndex + around)];
      const range = Array.from({ length: last - first + 1 }, (_, index) => first + index);
      const kept = [active, dragged].filter((index) => index >= 0 && index < count);
      return [...new Set([...range, ...kept])].toSorted((a, b) => a - b);
    },
  });
  useKeptRows(
    virtualizer,
    rows.map(({ key }) => key),
  );
  const items = virtualizer.getVirtualItems();
  const focus = (index: number) => {
    const row = rows[index];
    if (row === undefined || list.current === null) return;
    state.setActive(row.key);
    virtualizer.scrollToIndex(index);
    focusRow(list.current, row.key);
  };
  useReveal({
    state,
    rows,
    levels,
    show: (index, takesFocus) => (takesFocus ? focus(index) : virtualizer.scrollToIndex(index)),
  });
  // The next page of a folder is fetched when its end comes into view.
  const lastRow = items.at(-1)?.index ?? 0;
  useEffect(() => {
    const shown = rows.slice(items[0]?.index ?? 0, lastRow + 1);
    for (const row of shown) if (row.kind === "note" && row.level?.state === "partial") row.level.loadMore();
  }, [rows, items, lastRow]);

  const findRow = (target: EventTarget) => {
    const id =
      target instanceof Element ? target.closest<HTMLElement>("[data-id]")?.dataset["id"] : undefined;
    return rows.findIndex(({ key }) => key === id);
  };
  return (
    <>
      {folderIds.map((folderId) => (
        <FolderLoader key={folderId} workspaceId={state.workspaceId} folderId={folderId} onLevel={onLevel} />
      ))}
      <ContextMenu menu={<NodeMenu placed={menuFor} rows={rows} />}>
        <ul
          ref={list}
          role="tree"
          aria-label="Documents"
          onContextMenu={(event) => {
            const row = rows[findRow(event.target)];
            setMenuFor(row?.kind === "node" ? row : null);
          }}
          onKeyDown={(event) =>
            handleTreeKey(event, { state, rows, at: findRow(event.target), focus, announce: setMessage })
          }
          {...createDropTargetProps(state, null)}
          className={`relative mb-6 min-h-24 rounded-md ${state.target === null ? "bg-accent-soft" : ""}`}
          style={{ height: virtualizer.getTotalSize() }}
        >
          {items.map(({ index, start, key }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const shared = { top: start - offset, isTabStop: index === active };
            return row.kind === "node" ? (
              <Row key={key} row={row} {...shared} />
            ) : (
              <Note key={key} row={row} {...shared} />
            );
          })}
        </ul>
      </ContextMenu>
      <div aria-live="polite" className="sr-only">
        {message}
      </div>
      <MoveDialog
        workspaceId={state.workspaceId}
        moving={state.moving}
        onClose={() => state.setMoving(null)}
      />
      <DeleteFolderDialog />
      <Suspense>
        {state.listing !== null && (
          <FolderFiles
            {...state.listing}
            workspaceId={state.workspaceId}
            onClose={() => state.setListing(null)}
          />
        )}
      </Suspense>
      <LazyImport
        workspaceId={state.workspaceId}
        importing={state.importing}
        onClose={() => state.setImporting(null)}
      />
    </>
  );
}

/** Number of frames to wait for a row that is not rendered yet. */
const maxFrames = 10;

/** Focuses a row. One that is out of view is rendered first. */
function focusRow(tree: HTMLElement, key: string, frames = maxFrames): void {
  const row = tree.querySelector<HTMLElement>(`[data-id="${CSS.escape(key)}"]`);
  if (row !== null) row.focus({ preventScroll: true });
  else if (frames > 0) requestAnimationFrame(() => focusRow(tree, key, frames - 1));
}
