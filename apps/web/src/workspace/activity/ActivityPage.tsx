import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Activity } from "lucide-react";

import { trpc } from "../../lib/client.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { LoadingRows } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Page } from "../../ui/Page.tsx";
import { EventLine } from "./EventLine.tsx";

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });

/** Events in a workspace, newest first. New ones are prepended live (event/useWorkspaceEvents.ts). */
export function ActivityPage() {
  const { workspaceId } = useParams({ from: "/member/w/$workspaceId/activity" });
  const list = useInfiniteQuery(trpc.workspace.activity.infiniteQueryOptions({ workspaceId }, pagedQuery));
  const events = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const days = Map.groupBy(events, ({ at }) => day.format(new Date(at)));
  return (
    <Page title="Activity" lead="Recent changes in this workspace.">
      <div className="grid gap-8">
        {list.isPending && <LoadingRows />}
        <ErrorNote error={list.error} retry={list.refetch} />
        {list.isSuccess && events.length === 0 && <EmptyState icon={<Activity />} title="No activity yet" />}
        {[...days].map(([name, ofDay]) => (
          <section key={name}>
            <h2 className="mb-1 text-sm font-medium text-faint">{name}</h2>
            <ol>
              {ofDay.map((event) => (
                <EventLine key={event.seq} workspaceId={workspaceId} event={event} />
              ))}
            </ol>
          </section>
        ))}
        <LoadMore list={list} />
      </div>
    </Page>
  );
}
