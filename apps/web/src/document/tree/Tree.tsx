import { useState } from "react";

import { ContextMenu } from "../../ui/Menu.tsx";
import { LazyImport } from "../transfer/LazyImport.tsx";
import { createDropTargetProps } from "./drag-and-drop.ts";
import { FolderChildren } from "./FolderChildren.tsx";
import { handleTreeKey } from "./keyboard.ts";
import { MoveDialog } from "./MoveDialog.tsx";
import { findNodeAt } from "./node-at-event.ts";
import type { PositionedNode } from "./node.ts";
import { NodeMenu } from "./NodeMenu.tsx";
import { useTree } from "./tree-state.ts";

/**
 * The documents of a workspace in their folders. Folders load when opened. Keyboard use follows the tree pattern of the
 * ARIA Authoring Practices: one tab stop, and arrow keys within.
 */
export function Tree() {
  const state = useTree();
  // One menu serves all rows; it opens for the clicked one.
  const [menuFor, setMenuFor] = useState<PositionedNode | null>(null);
  return (
    <>
      <ContextMenu menu={<NodeMenu placed={menuFor} />}>
        <ul
          role="tree"
          aria-label="Documents"
          onContextMenu={(event) => setMenuFor(findNodeAt(event.target))}
          onKeyDown={(event) => handleTreeKey(event, state)}
          {...createDropTargetProps(state, null)}
          className={`min-h-24 rounded-md pb-6 ${state.target === null ? "bg-accent-soft" : ""}`}
        >
          <FolderChildren folderId={null} depth={0} />
        </ul>
      </ContextMenu>
      <MoveDialog />
      <LazyImport
        workspaceId={state.workspaceId}
        importing={state.importing}
        onClose={() => state.setImporting(null)}
      />
    </>
  );
}
