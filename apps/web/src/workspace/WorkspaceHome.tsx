import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { FilePlus2, FileText, Star } from "lucide-react";

import { useTreeActions } from "../document/tree/useTreeActions.ts";
import { trpc } from "../lib/client.ts";
import { Button } from "../ui/Button.tsx";
import { Page, Section } from "../ui/Page.tsx";
import { EventLine } from "./activity/EventLine.tsx";
import { NothingOpened } from "./NothingOpened.tsx";
import { useFavorites } from "./shortcut/favorites.ts";
import { useRecent } from "./shortcut/recent.ts";
import type { Shortcut } from "./shortcut/shortcuts.ts";
import { useWorkspace } from "./useWorkspace.ts";

/** The start page of a workspace. */
export function WorkspaceHome() {
  const { workspaceId } = useParams({ from: "/member/w/$workspaceId/" });
  const { workspace, may } = useWorkspace(workspaceId);
  const { newDocument } = useTreeActions(workspaceId);
  const recent = useRecent(workspaceId);
  const favorites = useFavorites(workspaceId);
  if (workspace === undefined) return null;
  const mayCreate = may("document.create");
  return (
    <Page
      title={workspace.name}
      lead={workspace.description}
      actions={
        mayCreate && (
          <Button kind="primary" onClick={() => newDocument(null)}>
            <FilePlus2 className="size-4" />
            New document
          </Button>
        )
      }
    >
      {favorites.documents.length > 0 && (
        <Section title="Favorites">
          <Cards workspaceId={workspaceId} documents={favorites.documents} favorite />
        </Section>
      )}
      {recent !== undefined && recent.length > 0 && (
        <Section title="Recently opened">
          <Cards workspaceId={workspaceId} documents={recent} />
        </Section>
      )}
      {recent?.length === 0 && <NothingOpened workspaceId={workspaceId} mayCreate={mayCreate} />}
      <RecentActivity workspaceId={workspaceId} />
    </Page>
  );
}

interface CardsProps {
  workspaceId: string;
  documents: readonly Shortcut[];
  favorite?: boolean;
}

function Cards({ workspaceId, documents, favorite = false }: CardsProps) {
  const Icon = favorite ? Star : FileText;
  return (
    <ul className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
      {documents.map(({ id, title }) => (
        <li key={id}>
          <Link
            to="/w/$workspaceId/d/$documentId"
            params={{ workspaceId, documentId: id }}
            className="flex h-full items-start gap-2.5 rounded-lg border border-line p-3 text-sm transition hover:border-edge hover:shadow-sm"
          >
            <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-faint" />
            <span className="line-clamp-2 min-w-0 font-medium wrap-anywhere">{title}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Number of events on the start page. */
const recentEventCount = 6;

/** Recent activity in the workspace, updated live. */
function RecentActivity({ workspaceId }: { workspaceId: string }) {
  const list = useInfiniteQuery(trpc.workspace.activity.infiniteQueryOptions({ workspaceId }, pagedQuery));
  const events = list.data?.pages[0]?.items.slice(0, recentEventCount) ?? [];
  if (events.length === 0) return null;
  return (
    <Section title="Recent activity">
      <ol>
        {events.map((event) => (
          <li key={event.seq} className="border-b border-line last:border-0">
            <EventLine workspaceId={workspaceId} event={event} />
          </li>
        ))}
      </ol>
    </Section>
  );
}
