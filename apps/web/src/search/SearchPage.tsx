import type { RouterOutputs } from "@mdreader/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";

import { byPage, trpc } from "../app/client.ts";
import { ErrorNote } from "../ui/ErrorNote.tsx";
import { Highlighted } from "../ui/Highlighted.tsx";
import { More } from "../ui/More.tsx";
import { Pending } from "../ui/Pending.tsx";

type Pieces = RouterOutputs["document"]["search"]["items"][number]["highlightedTitle"];

export function SearchPage() {
  const { workspaceId } = useParams({ from: "/member/w/$workspaceId/search" });
  const { q } = useSearch({ from: "/member/w/$workspaceId/search" });
  const list = useInfiniteQuery(
    trpc.document.search.infiniteQueryOptions(
      { workspaceId, query: q },
      { ...byPage, enabled: q.trim() !== "", trpc: { abortOnUnmount: true } },
    ),
  );
  const hits = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="mx-auto grid max-w-3xl gap-5 p-6 md:py-10">
      <h1 className="text-xl font-semibold tracking-tight">Results for “{q}”</h1>
      {list.isLoading && <Pending what="Searching" />}
      <ErrorNote error={list.error} />
      {list.isSuccess && hits.length === 0 && <p className="text-faint">Nothing here contains that.</p>}
      <ul className="grid gap-5">
        {hits.map(({ id, highlightedTitle, fragments }) => (
          <li key={id}>
            <Link
              to="/w/$workspaceId/d/$documentId"
              params={{ workspaceId, documentId: id }}
              className="font-medium text-accent hover:underline"
            >
              <Highlighted pieces={highlightedTitle} />
            </Link>
            {fragments.map((pieces) => (
              <p key={textOf(pieces)} className="mt-1 text-sm wrap-break-word text-faint">
                <Highlighted pieces={pieces} />
              </p>
            ))}
          </li>
        ))}
      </ul>
      <More list={list} />
    </div>
  );
}

const textOf = (pieces: Pieces) => pieces.map(({ text }) => text).join("");
