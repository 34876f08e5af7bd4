import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Activity, ListFilter } from "lucide-react";
import { useEffect } from "react";

import { trpc } from "../../lib/client.ts";
import { Chip } from "../../ui/Chip.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { LoadingRows } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Menu, MenuChoice } from "../../ui/Menu.tsx";
import { Page } from "../../ui/Page.tsx";
import { PersonChip } from "../member/PersonChip.tsx";
import { EventList } from "./EventList.tsx";
import { type ActivityFilters, isTopic, toActivityInput, topics } from "./filters.ts";

/** Events in a workspace, newest first. New ones are prepended live by `useWorkspaceEvents` of @mdreader/react. */
export function ActivityPage() {
  const { workspaceId } = useParams({ from: "/member/w/$workspaceId/activity" });
  const filters = useSearch({ from: "/member/w/$workspaceId/activity" });
  const navigate = useNavigate();
  const list = useInfiniteQuery(
    trpc.workspace.activity.infiniteQueryOptions(toActivityInput(workspaceId, filters), pagedQuery),
  );
  const events = list.data?.pages.flatMap(({ items }) => items) ?? [];
  // A page with filters may be empty although the next one is not.
  const { hasNextPage, isFetching, fetchNextPage } = list;
  const isContinuing = events.length === 0 && hasNextPage && !list.isError;
  useEffect(() => {
    if (isContinuing && !isFetching) void fetchNextPage();
  }, [isContinuing, isFetching, fetchNextPage]);
  const filter = (search: ActivityFilters) =>
    void navigate({ to: "/w/$workspaceId/activity", params: { workspaceId }, search });
  const isFiltered = filters.person !== undefined || filters.topic !== undefined;
  return (
    <Page title="Activity" lead="Recent changes in this workspace.">
      <div className="grid gap-8">
        <fieldset aria-label="Filters" className="flex flex-wrap items-center gap-2">
          <PersonChip
            workspaceId={workspaceId}
            label="Done by"
            clearLabel="Show activity by anyone"
            value={filters.person}
            onChange={(person) => filter({ ...filters, person })}
          />
          <Menu
            trigger={
              <Chip icon={<ListFilter />} isSet={filters.topic !== undefined}>
                {filters.topic === undefined ? "Everything" : topics[filters.topic].label}
              </Chip>
            }
          >
            <MenuChoice
              label="Topic"
              value={filters.topic ?? "all"}
              onChange={(topic) => filter({ ...filters, topic: isTopic(topic) ? topic : undefined })}
              choices={[
                { value: "all", label: "Everything" },
                ...Object.entries(topics).map(([value, { label }]) => ({ value, label })),
              ]}
            />
          </Menu>
        </fieldset>
        {(list.isPending || isContinuing) && <LoadingRows />}
        <ErrorNote error={list.error} retry={list.refetch} />
        {list.isSuccess && events.length === 0 && !isContinuing && (
          <EmptyState icon={<Activity />} title={isFiltered ? "No matching activity" : "No activity yet"} />
        )}
        {events.length > 0 && <EventList workspaceId={workspaceId} events={events} hasMore={hasNextPage} />}
        {!isContinuing && <LoadMore list={list} />}
      </div>
    </Page>
  );
}
