import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { useEffect } from "react";

import { trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { Highlighted } from "../../ui/Highlighted.tsx";
import { LoadingRows } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Page } from "../../ui/Page.tsx";
import { Time } from "../../ui/Time.tsx";
import { FilterChips } from "./FilterChips.tsx";
import { type SearchFilters, toSearchInput } from "./filters.ts";
import { rememberSearch } from "./recent-searches.ts";

/** Search results in a workspace, with matching excerpts. */
export function SearchPage() {
  const { workspaceId } = useParams({ from: "/member/w/$workspaceId/search" });
  const { q, ...filters } = useSearch({ from: "/member/w/$workspaceId/search" });
  const navigate = useNavigate();
  const list = useInfiniteQuery(
    trpc.document.search.infiniteQueryOptions(toSearchInput(workspaceId, q, filters), {
      ...pagedQuery,
      enabled: q.trim() !== "",
      trpc: { abortOnUnmount: true },
    }),
  );
  useEffect(() => {
    if (q.trim() !== "") rememberSearch(workspaceId, q.trim());
  }, [workspaceId, q]);
  const hits = list.data?.pages.flatMap(({ items }) => items) ?? [];
  // A page of a filtered search may be empty although the next one is not.
  const { hasNextPage, isFetching, fetchNextPage } = list;
  const isContinuing = hits.length === 0 && hasNextPage && !list.isError;
  useEffect(() => {
    if (isContinuing && !isFetching) void fetchNextPage();
  }, [isContinuing, isFetching, fetchNextPage]);
  const search = (next: { q: string } & SearchFilters) =>
    void navigate({ to: "/w/$workspaceId/search", params: { workspaceId }, search: next });
  return (
    <Page title="Search">
      <search className="grid gap-3">
        <Form
          key={q}
          className="flex gap-2"
          onSend={(form) => search({ ...filters, q: getFormString(form, "q") })}
        >
          <input
            name="q"
            type="search"
            defaultValue={q}
            required
            maxLength={500}
            aria-label="Search this workspace"
            placeholder="Search for words or parts of words"
            className="h-9 min-w-0 flex-1 rounded-md border border-edge bg-paper px-3 pointer-coarse:h-11"
          />
          <Button kind="primary" type="submit" className="h-9 pointer-coarse:h-11">
            Search
          </Button>
        </Form>
        <FilterChips
          workspaceId={workspaceId}
          filters={filters}
          onChange={(next) => search({ ...next, q })}
          hitId={hits[0]?.id}
        />
      </search>
      <div className="grid gap-6">
        {(list.isLoading || isContinuing) && <LoadingRows what="Searching" />}
        <ErrorNote error={list.error} retry={list.refetch} />
        {list.isSuccess && hits.length === 0 && !isContinuing && (
          <EmptyState icon={<SearchX />} title={`No results for “${q}”`}>
            {Object.values(filters).every((value) => value === undefined)
              ? "Try fewer words, or part of a word."
              : "Try fewer words or filters."}
          </EmptyState>
        )}
        <ul aria-label={`Results for ${q}`} className="grid gap-6">
          {hits.map(({ id, highlightedTitle, excerpts, updatedAt }) => (
            <li key={id}>
              <div className="flex items-baseline gap-3">
                <Link
                  to="/w/$workspaceId/d/$documentId"
                  params={{ workspaceId, documentId: id }}
                  className="min-w-0 font-medium text-accent underline decoration-transparent underline-offset-3 hover:decoration-current"
                >
                  <Highlighted pieces={highlightedTitle} />
                </Link>
                <span className="shrink-0 text-sm text-faint">
                  <Time at={updatedAt} />
                </span>
              </div>
              {excerpts.map((pieces) => (
                <p
                  key={pieces.map(({ text }) => text).join("")}
                  className="mt-1 line-clamp-3 text-sm wrap-anywhere text-faint"
                >
                  <Highlighted pieces={pieces} />
                </p>
              ))}
            </li>
          ))}
        </ul>
        {!isContinuing && <LoadMore list={list} />}
      </div>
    </Page>
  );
}
