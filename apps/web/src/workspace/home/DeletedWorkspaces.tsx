import { can } from "@mdreader/client";
import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Row, Rows, Section } from "../../ui/Page.tsx";
import { Time } from "../../ui/Time.tsx";
import { showToast, showErrorToast } from "../../ui/toast.ts";

/** Deleted workspaces that can be restored. Renders nothing if there are none. */
export function DeletedWorkspaces() {
  const list = useInfiniteQuery(trpc.workspace.list.infiniteQueryOptions({ deleted: true }, pagedQuery));
  const restore = useMutation(
    trpc.workspace.restore.mutationOptions({
      onSuccess: ({ name }) => {
        showToast(`${name} was restored.`);
        return queryClient.invalidateQueries(trpc.workspace.list.pathFilter());
      },
      onError: showErrorToast,
    }),
  );
  const workspaces = (list.data?.pages.flatMap(({ items }) => items) ?? []).filter(({ role }) =>
    can(role, "workspace.restore"),
  );
  if (workspaces.length === 0) return null;
  return (
    <Section title="Deleted workspaces">
      <Rows label="Deleted workspaces">
        {workspaces.map(({ id, name, deletedAt }) => (
          <Row key={id}>
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium">{name}</p>
              {deletedAt !== null && (
                <p className="text-sm text-faint">
                  Deleted <Time at={deletedAt} />
                </p>
              )}
            </div>
            <Button
              aria-label={`Restore ${name}`}
              disabled={restore.isPending}
              onClick={() => restore.mutate({ id })}
            >
              Restore
            </Button>
          </Row>
        ))}
      </Rows>
      <LoadMore list={list} />
    </Section>
  );
}
