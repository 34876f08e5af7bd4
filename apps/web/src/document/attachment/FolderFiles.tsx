import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery } from "@tanstack/react-query";

import { trpc } from "../../lib/client.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { LoadingRows } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { useWorkspace } from "../../workspace/useWorkspace.ts";
import { AttachmentRow } from "./AttachmentRow.tsx";

interface FolderFilesProps {
  workspaceId: string;
  /** The folder; null for the top level. */
  folderId: string | null;
  /** The name of the folder; null for the top level. */
  name: string | null;
  onClose: () => void;
}

/** Dialog with the files of a folder, including the attachments of its documents. */
export function FolderFiles({ workspaceId, folderId, name, onClose }: FolderFilesProps) {
  const { may } = useWorkspace(workspaceId);
  const list = useInfiniteQuery(trpc.file.list.infiniteQueryOptions({ workspaceId, folderId }, pagedQuery));
  const files = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={name === null ? "Files at the top level" : `Files in “${name}”`}
    >
      {list.isPending && <LoadingRows rows={3} />}
      <ErrorNote error={list.error} retry={list.refetch} />
      {list.isSuccess && files.length === 0 && <p className="text-sm text-faint">No files.</p>}
      <ul aria-label="Files" className="grid gap-1">
        {files.map((file) => (
          <AttachmentRow key={file.id} file={file} mayChange={may("file.delete")} />
        ))}
      </ul>
      <LoadMore list={list} />
    </Dialog>
  );
}
