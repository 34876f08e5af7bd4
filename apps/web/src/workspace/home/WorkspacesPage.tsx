import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { LibraryBig, Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";

import { trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { LoadingRows } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Page } from "../../ui/Page.tsx";
import { roleLabels } from "../role-labels.ts";
import { WorkspaceIcon } from "../WorkspaceIcon.tsx";
import { DeletedWorkspaces } from "./DeletedWorkspaces.tsx";

const NewWorkspace = lazy(() =>
  import("./NewWorkspace.tsx").then((module) => ({ default: module.NewWorkspace })),
);

export function WorkspacesPage() {
  /** Null until first opened, which loads the dialog. */
  const [creating, setCreating] = useState<boolean | null>(null);
  const list = useInfiniteQuery(trpc.workspace.list.infiniteQueryOptions({ limit: 20 }, pagedQuery));
  const workspaces = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const create = (
    <Button kind="primary" onClick={() => setCreating(true)}>
      <Plus className="size-4" />
      New workspace
    </Button>
  );
  return (
    <Page
      title="Workspaces"
      lead="Each workspace has its own documents and members."
      actions={workspaces.length > 0 && create}
    >
      <div className="grid gap-3">
        {list.isPending && <LoadingRows />}
        <ErrorNote error={list.error} retry={list.refetch} />
        {list.isSuccess && workspaces.length === 0 && (
          <EmptyState icon={<LibraryBig />} title="No workspaces yet">
            <p>Create one and import your Markdown, or ask for an invitation.</p>
            <div className="mt-5">{create}</div>
          </EmptyState>
        )}
        {workspaces.length > 0 && (
          <ul className="grid gap-3 sm:grid-cols-2">
            {workspaces.map(({ id, name, description, role }) => (
              <li key={id}>
                <Link
                  to="/w/$workspaceId"
                  params={{ workspaceId: id }}
                  className="flex h-full items-start gap-3 rounded-xl border border-line bg-paper p-4 transition hover:border-edge hover:shadow-sm"
                >
                  <WorkspaceIcon id={id} name={name} large />
                  <span className="min-w-0">
                    <span className="block truncate font-medium">{name}</span>
                    <span className="line-clamp-2 text-sm text-faint">
                      {description ?? `You're ${roleLabels[role].as}`}
                    </span>
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
        <LoadMore list={list} />
      </div>
      <DeletedWorkspaces />
      {creating !== null && (
        <Suspense>
          <NewWorkspace open={creating} onOpenChange={setCreating} />
        </Suspense>
      )}
    </Page>
  );
}
