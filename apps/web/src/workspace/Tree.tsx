import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { byPage, trpc } from "../app/client.ts";
import { ErrorNote } from "../ui/ErrorNote.tsx";
import { More } from "../ui/More.tsx";
import { Pending } from "../ui/Pending.tsx";

interface TreeProps {
  workspaceId: string;
  folderId: string | null;
}

/** What lies in a folder, or, for null, in none. A folder's own content is fetched when it is opened. */
export function Tree({ workspaceId, folderId }: TreeProps) {
  const list = useInfiniteQuery(
    trpc.document.tree.infiniteQueryOptions({ workspaceId, folderId, limit: 100 }, byPage),
  );
  const nodes = list.data?.pages.flatMap(({ items }) => items) ?? [];
  if (list.isPending) return <Pending />;
  return (
    <>
      <ErrorNote error={list.error} />
      {list.isSuccess && nodes.length === 0 && (
        <p className="px-2 py-1 text-sm text-faint">Nothing here yet.</p>
      )}
      <ul>
        {nodes.map(({ id, kind, name }) => (
          <li key={id}>
            {kind === "folder" ? (
              <Folder workspaceId={workspaceId} folderId={id} name={name} />
            ) : (
              <Link
                to="/w/$workspaceId/d/$documentId"
                params={{ workspaceId, documentId: id }}
                className="block truncate rounded-md px-2 py-1 text-sm hover:bg-line/60"
                activeProps={{ className: "bg-line font-medium" }}
              >
                {name}
              </Link>
            )}
          </li>
        ))}
      </ul>
      <More list={list} />
    </>
  );
}

function Folder({ workspaceId, folderId, name }: { workspaceId: string; folderId: string; name: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex w-full items-center gap-1.5 truncate rounded-md px-2 py-1 text-left text-sm hover:bg-line/60"
      >
        <span aria-hidden="true" className={`text-xs text-faint transition ${open ? "rotate-90" : ""}`}>
          ▸
        </span>
        {name}
      </button>
      {open && (
        <div className="ml-3 border-l border-line pl-1">
          <Tree workspaceId={workspaceId} folderId={folderId} />
        </div>
      )}
    </>
  );
}
