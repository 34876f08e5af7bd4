import { useState } from "react";

import { ContextMenu } from "../../ui/Menu.tsx";
import { LazyImport } from "../transfer/LazyImport.tsx";
import { useWorkspace } from "../useWorkspace.ts";
import { createDropTargetProps } from "./drag.ts";
import { handleTreeKey } from "./keys.ts";
import { FolderChildren } from "./Level.tsx";
import { MoveDialog } from "./MoveDialog.tsx";
import type { PositionedNode } from "./node.ts";
import { NodeMenu } from "./NodeMenu.tsx";
import { findNodeAt } from "./placed.ts";
import { TreeContext, useTreeState } from "./tree-state.ts";

/**
 * The documents of a workspace in their folders. A folder's content is fetched when it is opened. It follows the pattern
 * of the ARIA Authoring Practices: one stop for Tab, arrows within.
 */
export function Tree({ workspaceId }: { workspaceId: string }) {
  const { may } = useWorkspace(workspaceId);
  const state = useTreeState(workspaceId, may("document.move"));
  // One menu serves all rows: it is for the one that was clicked.
  const [menuFor, setMenuFor] = useState<PositionedNode | null>(null);
  return (
    <TreeContext value={state}>
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
        workspaceId={workspaceId}
        importing={state.importing}
        onClose={() => state.setImporting(null)}
      />
    </TreeContext>
  );
}
