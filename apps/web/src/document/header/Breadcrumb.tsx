import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";

import { collapsed } from "../../layout/sidebar.ts";
import { trpc } from "../../lib/client.ts";
import { useIsWide } from "../../lib/media.ts";
import { revealInTree } from "../tree/reveal.ts";

/** The folders that contain the document, from the root down. On wide windows, each opens in the sidebar. */
export function Breadcrumb({ documentId }: { documentId: string }) {
  const wide = useIsWide();
  const path = useQuery(trpc.document.path.queryOptions({ id: documentId }, { staleTime: 60_000 }));
  const folders = path.data?.folders ?? [];
  if (folders.length === 0) return null;
  const show = (index: number) => {
    const ids = folders.slice(0, index + 1).map(({ id }) => id);
    collapsed.set(false);
    revealInTree({ id: ids.at(-1) ?? "", folderIds: ids, takesFocus: true });
  };
  return (
    <nav aria-label="Breadcrumb" className="text-xs text-faint">
      <ol className="flex min-w-0">
        {folders.map(({ id, name }, index) => (
          <li key={id} className="flex max-w-48 min-w-6 shrink items-center first:shrink-2">
            {index > 0 && <ChevronRight aria-hidden="true" className="size-3 shrink-0" />}
            {wide ? (
              <button
                type="button"
                onClick={() => show(index)}
                className="min-h-6 truncate rounded-sm px-0.5 hover:text-ink"
              >
                {name}
              </button>
            ) : (
              <span className="truncate px-0.5">{name}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
