import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronRight, Folder } from "lucide-react";

import { trpc } from "../../lib/client.ts";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { LoadingRows } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { toFolderQueryInput } from "./node.ts";

/** A folder and those that contain it, outermost first. Empty for the root. */
export type FolderPath = readonly { id: string; name: string }[];

interface FolderChooserProps {
  workspaceId: string;
  /** The accessible name of the path. */
  label: string;
  path: FolderPath;
  onChange: (path: FolderPath) => void;
  /** A folder that can't be chosen. */
  hiddenId?: string;
}

/** Browses the folders of a workspace to choose one. Works with the keyboard and on phones. */
export function FolderChooser({ workspaceId, label, path, onChange, hiddenId }: FolderChooserProps) {
  const folderId = path.at(-1)?.id ?? null;
  const list = useInfiniteQuery(
    trpc.document.tree.infiniteQueryOptions(toFolderQueryInput(workspaceId, folderId), pagedQuery),
  );
  const folders = (list.data?.pages.flatMap(({ items }) => items) ?? []).filter(
    ({ id, kind }) => kind === "folder" && id !== hiddenId,
  );
  return (
    <>
      <nav aria-label={label} className="mb-2 flex flex-wrap items-center gap-0.5 text-sm">
        {[null, ...path].map((folder, index) => (
          <span key={folder?.id ?? ""} className="flex items-center gap-0.5">
            {index > 0 && <ChevronRight aria-hidden="true" className="size-3.5 text-faint" />}
            <button
              type="button"
              className="rounded px-1.5 py-0.5 hover:bg-hover pointer-coarse:min-h-10"
              onClick={() => onChange(path.slice(0, index))}
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
                onClick={() => onChange([...path, { id, name }])}
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
    </>
  );
}
