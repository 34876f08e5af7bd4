import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { trpc } from "../../lib/client.ts";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";

/** Documents that link to this one. */
export function Backlinks({ documentId, workspaceId }: { documentId: string; workspaceId: string }) {
  const list = useInfiniteQuery(trpc.document.backlinks.infiniteQueryOptions({ documentId }, pagedQuery));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.isPending) return <Loading />;
  return (
    <div className="p-2">
      <ErrorNote error={list.error} />
      {list.isSuccess && items.length === 0 && (
        <p className="p-2 text-sm text-faint">
          No documents link here yet. Type <kbd>[[</kbd> in another document to link to this one.
        </p>
      )}
      <ul>
        {items.map(({ id, title, line }) => (
          <li key={id}>
            <Link
              to="/w/$workspaceId/d/$documentId"
              params={{ workspaceId, documentId: id }}
              className="block rounded-md px-2 py-1.5 hover:bg-hover"
            >
              <span className="block truncate text-sm font-medium">{title}</span>
              <span className="line-clamp-2 text-xs text-faint">{line}</span>
            </Link>
          </li>
        ))}
      </ul>
      <LoadMore list={list} />
    </div>
  );
}
