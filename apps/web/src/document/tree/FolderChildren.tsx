import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { pagedQuery, trpc } from "../../lib/client.ts";
import { errorMessage } from "../../ui/error-messages.ts";
import { folderQueryInput } from "./folder-cache.ts";
import { Row } from "./Row.tsx";
import { useTree } from "./tree-state.ts";

interface FolderChildrenProps {
  folderId: string | null;
  depth: number;
}

/** Cache time of a folder in milliseconds. Events report changes in the meantime. */
const fresh = 60_000;

/** The contents of a folder; of the root for null. */
export function FolderChildren({ folderId, depth }: FolderChildrenProps) {
  const { workspaceId } = useTree();
  const list = useInfiniteQuery(
    trpc.document.tree.infiniteQueryOptions(folderQueryInput(workspaceId, folderId), {
      ...pagedQuery,
      staleTime: fresh,
    }),
  );
  if (list.isPending) return <Aside busy>Loading…</Aside>;
  if (list.error !== null) {
    return (
      <Aside onOpen={() => void list.refetch()}>
        <span className="text-danger">{errorMessage(list.error)}</span> Try again
      </Aside>
    );
  }
  const nodes = list.data.pages.flatMap(({ items }) => items);
  if (nodes.length === 0) return <Aside>{depth === 0 ? "No documents yet" : "Empty"}</Aside>;
  return (
    <>
      {nodes.map((node, index) => (
        <Row key={node.id} node={node} folderId={folderId} depth={depth} isFirst={depth === 0 && index === 0}>
          <FolderChildren folderId={node.id} depth={depth + 1} />
        </Row>
      ))}
      {list.hasNextPage && (
        <Aside busy={list.isFetchingNextPage} onOpen={() => void list.fetchNextPage()}>
          {list.isFetchingNextPage ? "Loading…" : "Show more"}
        </Aside>
      )}
    </>
  );
}

interface AsideProps {
  busy?: boolean;
  onOpen?: () => void;
  children: ReactNode;
}

/** A row without a node: a status message or a "show more" button. */
function Aside({ busy = false, onOpen, children }: AsideProps) {
  return (
    <li
      role="treeitem"
      aria-selected={false}
      aria-busy={busy}
      tabIndex={-1}
      className={`rounded-md px-2 text-sm text-faint -outline-offset-2 ${busy ? "animate-late" : ""}`}
    >
      {onOpen === undefined ? (
        <span className="block py-1 pl-6">{children}</span>
      ) : (
        <button
          type="button"
          tabIndex={-1}
          data-opens
          disabled={busy}
          onClick={onOpen}
          className="w-full rounded-md py-1 pl-6 text-left hover:text-ink"
        >
          {children}
        </button>
      )}
    </li>
  );
}
