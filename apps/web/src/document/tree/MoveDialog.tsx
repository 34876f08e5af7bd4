import { useState } from "react";

import { Button } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { FolderChooser, type FolderPath } from "./FolderChooser.tsx";
import type { PositionedNode } from "./node.ts";
import { useTreeActions } from "./useTreeActions.ts";

interface MoveDialogProps {
  workspaceId: string;
  /** The node whose target folder is being chosen. */
  moving: PositionedNode | null;
  onClose: () => void;
}

/** Dialog to choose a target folder. Works with the keyboard and on phones. */
export function MoveDialog({ workspaceId, moving, onClose }: MoveDialogProps) {
  return (
    <Dialog open={moving !== null} onOpenChange={onClose} title={`Move “${moving?.node.name ?? ""}”`}>
      {moving !== null && (
        <Chooser key={moving.node.id} workspaceId={workspaceId} moving={moving} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Chooser({ workspaceId, moving, onClose }: MoveDialogProps & { moving: PositionedNode }) {
  const { move } = useTreeActions(workspaceId);
  const [path, setPath] = useState<FolderPath>([]);
  const folderId = path.at(-1)?.id ?? null;
  return (
    <>
      <FolderChooser
        workspaceId={workspaceId}
        label="Destination"
        path={path}
        onChange={setPath}
        hiddenId={moving.node.id}
      />
      <DialogActions>
        <Cancel />
        <Button
          kind="primary"
          disabled={folderId === moving.folderId}
          onClick={() => {
            move(moving, folderId);
            onClose();
          }}
        >
          Move here
        </Button>
      </DialogActions>
    </>
  );
}
