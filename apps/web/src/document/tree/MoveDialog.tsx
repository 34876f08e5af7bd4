import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronRight, Folder } from "lucide-react";
import { useState } from "react";

import { trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { LoadingRows } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { folderQueryInput } from "./node.ts";
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
    <Dialog open={moving !== null} onOpenChange={onClose} title={`Move ${moving?.node.name ?? ""}`}>
      {moving !== null && (
        <Chooser key={moving.node.id} workspaceId={workspaceId} moving={moving} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Chooser({ workspaceId, moving, onClose }: MoveDialogProps & { moving: PositionedNode }) {
  const { move } = useTreeActions(workspaceId);
  const [path, setPath] = useState<{ id: string; name: string }[]>([]);
  const folderId = path.at(-1)?.id ?? null;
  const list = useInfiniteQuery(
    trpc.document.tree.infiniteQueryOptions(folderQueryInput(workspaceId, folderId), pagedQuery),
  );
  const folders = (list.data?.pages.flatMap(({ items }) => items) ?? []).filter(
    ({ id, kind }) => kind === "folder" && id !== moving.node.id,
  );
  return (
    <>
      <nav aria-label="Destination" className="mb-2 flex flex-wrap items-center gap-0.5 text-sm">
        {[null, ...path].map((folder, index) => (
          <span key={folder?.id ?? ""} className="flex items-center gap-0.5">
            {index > 0 && <ChevronRight aria-hidden="true" className="size-3.5 text-faint" />}
            <button
              type="button"
              className="rounded px-1.5 py-0.5 hover:bg-hover"
              onClick={() => setPath(path.slice(0, index))}
            >
              {folder?.name ?? "Documents"}
            </button>
          </span>
        ))}
      </nav>
      <div className="max-h-72 min-h-32 overflow-y-auto rounded-lg border border-line p-1">
        {list.isPending && <LoadingRows rows={3} />}
        <ErrorNote error={list.error} retry={list.refetch} />
        {list.isSuccess && folders.length === 0 && <p className="p-2 text-sm text-faint">No subfolders.</p>}
        <ul>
          {folders.map(({ id, name }) => (
            <li key={id}>
              <button
                type="button"
                onClick={() => setPath([...path, { id, name }])}
                className="flex h-8 w-full items-center gap-2 rounded-md px-2 text-left text-sm hover:bg-hover pointer-coarse:h-10"
              >
                <Folder aria-hidden="true" className="size-4 text-faint" />
                <span className="min-w-0 flex-1 truncate">{name}</span>
                <ChevronRight aria-hidden="true" className="size-3.5 text-faint" />
              </button>
            </li>
          ))}
        </ul>
        <LoadMore list={list} />
      </div>
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
