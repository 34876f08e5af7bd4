import type { RouterOutputs } from "@mdreader/client";
import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { FileText, Folder, Paperclip, Trash2 } from "lucide-react";
import { useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { getDisplayName } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { LoadingRows } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Page, Row, Rows } from "../../ui/Page.tsx";
import { Time } from "../../ui/Time.tsx";
import { showToast, showErrorToast } from "../../ui/toast.ts";
import { useWorkspace } from "../../workspace/useWorkspace.ts";

type Item = RouterOutputs["document"]["trash"]["items"][number];

/** Deleted items that can be restored. */
export function TrashPage() {
  const { workspaceId } = useParams({ from: "/member/w/$workspaceId/trash" });
  const { may } = useWorkspace(workspaceId);
  const list = useInfiniteQuery(trpc.document.trash.infiniteQueryOptions({ workspaceId }, pagedQuery));
  const [purging, setPurging] = useState<Item | null>(null);
  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries(trpc.document.pathFilter()),
      queryClient.invalidateQueries(trpc.file.pathFilter()),
    ]);
  const purged = {
    onSuccess: async () => {
      setPurging(null);
      await refresh();
    },
  };
  const purgeDocument = useMutation(trpc.document.purge.mutationOptions(purged));
  const purgeFile = useMutation(trpc.file.purge.mutationOptions(purged));
  const purge = purging?.kind === "file" ? purgeFile : purgeDocument;
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title="Trash" lead="Deleted items stay here for a while. Then they're permanently deleted.">
      <div className="grid gap-3">
        {list.isPending && <LoadingRows />}
        <ErrorNote error={list.error} retry={list.refetch} />
        {list.isSuccess && items.length === 0 && <EmptyState icon={<Trash2 />} title="The trash is empty" />}
        {items.length > 0 && (
          <Rows label="Trash">
            {items.map((item) => (
              <Row key={item.id}>
                <KindIcon item={item} />
                <div className="min-w-0 flex-1">
                  <p className="truncate font-medium">{item.name}</p>
                  <p className="text-sm text-faint">
                    Deleted <Time at={item.deletedAt} />
                    {item.deletedBy !== null && ` by ${getDisplayName(item.deletedBy)}`}; will be permanently
                    deleted <Time at={item.purgeAt} />
                  </p>
                </div>
                {may(`${item.kind}.restore`) && <Restore item={item} onRestored={refresh} />}
                {item.kind !== "folder" && may(`${item.kind}.purge`) && (
                  <Button
                    kind="quiet"
                    aria-label={`Delete permanently: ${item.name}`}
                    onClick={() => setPurging(item)}
                  >
                    Delete permanently
                  </Button>
                )}
              </Row>
            ))}
          </Rows>
        )}
        <LoadMore list={list} />
      </div>
      <Confirm
        open={purging !== null}
        onOpenChange={() => setPurging(null)}
        title={`Permanently delete “${purging?.name ?? ""}”?`}
        action="Delete permanently"
        onConfirm={() => purging !== null && purge.mutate({ id: purging.id })}
        pending={purge.isPending}
        error={purge.error}
      >
        {purging?.kind === "file" ? "The file" : "Its text, history and comments"} can't be restored.
      </Confirm>
    </Page>
  );
}

function KindIcon({ item: { kind } }: { item: Item }) {
  const className = "size-5 text-faint";
  switch (kind) {
    case "folder":
      return <Folder aria-label="Folder" className={className} />;
    case "file":
      return <Paperclip aria-label="File" className={className} />;
    case "document":
      return <FileText aria-label="Document" className={className} />;
  }
}

function Restore({
  item: { id, kind, name },
  onRestored,
}: {
  item: Item;
  onRestored: () => Promise<unknown>;
}) {
  const finish = (place: string) => {
    showToast(`“${name}” was restored${place}.`);
    return onRestored();
  };
  // Its folder may no longer exist.
  const finishIn = (folderId: string | null) => finish(folderId === null ? " to the top level" : "");
  const onError = showErrorToast;
  const document = useMutation(
    trpc.document.restore.mutationOptions({ onSuccess: ({ folderId }) => finishIn(folderId), onError }),
  );
  const folder = useMutation(
    trpc.document.folder.restore.mutationOptions({
      onSuccess: ({ parentId }) => finishIn(parentId),
      onError,
    }),
  );
  const file = useMutation(trpc.file.restore.mutationOptions({ onSuccess: () => finish(""), onError }));
  const restore = { document, folder, file }[kind];
  return (
    <Button
      aria-label={`Restore ${name}`}
      onClick={() => restore.mutate({ id })}
      disabled={restore.isPending}
    >
      Restore
    </Button>
  );
}
