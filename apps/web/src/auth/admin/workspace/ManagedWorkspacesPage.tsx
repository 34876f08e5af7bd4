import type { RouterOutputs } from "@mdreader/client";
import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { LibraryBig } from "lucide-react";
import { useState } from "react";

import { queryClient, trpc } from "../../../lib/client.ts";
import { getDisplayName } from "../../../ui/Avatar.tsx";
import { Button } from "../../../ui/Button.tsx";
import { Confirm } from "../../../ui/Confirm.tsx";
import { Cancel, Dialog, DialogActions } from "../../../ui/Dialog.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { ErrorNote } from "../../../ui/ErrorNote.tsx";
import { Field } from "../../../ui/Field.tsx";
import { getFormString } from "../../../ui/form.ts";
import { Form } from "../../../ui/Form.tsx";
import { LoadingRows } from "../../../ui/Loading.tsx";
import { LoadMore } from "../../../ui/LoadMore.tsx";
import { Page, Row, Rows } from "../../../ui/Page.tsx";

type ManagedWorkspace = RouterOutputs["auth"]["admin"]["workspace"]["list"]["items"][number];

const mebibyte = 1024 * 1024;
const formatMebibytes = (bytes: number) => `${Math.ceil(bytes / mebibyte).toLocaleString()} MiB`;

/** The workspaces of this server, with their owners and sizes. */
export function ManagedWorkspacesPage() {
  const [search, setSearch] = useState("");
  const [editing, setEditing] = useState<ManagedWorkspace | null>(null);
  const [adopting, setAdopting] = useState<ManagedWorkspace | null>(null);
  const adopt = useMutation(
    trpc.auth.admin.workspace.adopt.mutationOptions({
      onSuccess: async () => {
        setAdopting(null);
        await queryClient.invalidateQueries(trpc.auth.admin.workspace.pathFilter());
        await queryClient.invalidateQueries(trpc.workspace.list.pathFilter());
      },
    }),
  );
  const list = useInfiniteQuery(
    trpc.auth.admin.workspace.list.infiniteQueryOptions(search === "" ? {} : { search }, pagedQuery),
  );
  const workspaces = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page
      title="All workspaces"
      lead="You can see the owners and sizes of all workspaces on this server, but not their documents."
    >
      <div className="grid gap-3">
        <Form onSend={(form) => setSearch(getFormString(form, "search").trim())}>
          <Field label="Search" name="search" type="search" maxLength={100} placeholder="Name" />
        </Form>
        {list.isPending && <LoadingRows />}
        <ErrorNote error={list.error} retry={list.refetch} />
        {list.isSuccess && workspaces.length === 0 && (
          <EmptyState icon={<LibraryBig />} title="No workspaces found" />
        )}
        {workspaces.length > 0 && (
          <Rows label="Workspaces">
            {workspaces.map((workspace) => (
              <Row key={workspace.id}>
                <div className="min-w-0 flex-1">
                  <p className="truncate font-medium">
                    {workspace.name}
                    {workspace.deletedAt !== null && (
                      <span className="ml-2 text-sm font-normal text-faint">in the trash</span>
                    )}
                  </p>
                  <p className="text-sm text-faint">
                    {workspace.owner === null ? "No owner" : `Owner: ${getDisplayName(workspace.owner)}`};
                    members: {workspace.memberCount}; documents: {workspace.documentCount}; files:{" "}
                    {formatMebibytes(workspace.fileBytes)} of{" "}
                    {workspace.quotaBytes === null
                      ? "the default quota"
                      : formatMebibytes(workspace.quotaBytes)}
                  </p>
                </div>
                {!workspace.hasActiveOwner && workspace.deletedAt === null && (
                  <Button
                    aria-label={`Take ownership of ${workspace.name}`}
                    onClick={() => setAdopting(workspace)}
                  >
                    Take ownership
                  </Button>
                )}
                <Button aria-label={`Quota of ${workspace.name}`} onClick={() => setEditing(workspace)}>
                  Quota
                </Button>
              </Row>
            ))}
          </Rows>
        )}
        <LoadMore list={list} />
      </div>
      <Confirm
        open={adopting !== null}
        onOpenChange={() => setAdopting(null)}
        title={`Take ownership of ${adopting?.name ?? ""}?`}
        action="Take ownership"
        onConfirm={() => adopting !== null && adopt.mutate({ id: adopting.id })}
        pending={adopt.isPending}
        error={adopt.error}
      >
        You'll become its owner and can read its documents. The workspace's activity and the audit log record
        this.
      </Confirm>
      {editing !== null && <QuotaDialog workspace={editing} onClose={() => setEditing(null)} />}
    </Page>
  );
}

function QuotaDialog({ workspace, onClose }: { workspace: ManagedWorkspace; onClose: () => void }) {
  const save = useMutation(
    trpc.auth.admin.workspace.setQuota.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.auth.admin.workspace.pathFilter());
        onClose();
      },
    }),
  );
  return (
    <Dialog open onOpenChange={onClose} title={`Quota for ${workspace.name}`}>
      <Form
        onSend={(form) => {
          const mebibytes = Number(getFormString(form, "quota"));
          save.mutate({ id: workspace.id, quotaBytes: mebibytes > 0 ? mebibytes * mebibyte : null });
        }}
      >
        <Field
          label="Storage quota (MiB)"
          name="quota"
          type="number"
          min={1}
          max={100_000_000}
          defaultValue={workspace.quotaBytes === null ? "" : Math.ceil(workspace.quotaBytes / mebibyte)}
          hint="Leave empty to use the default from the server settings."
        />
        <ErrorNote error={save.error} />
        <DialogActions>
          <Cancel />
          <Button kind="primary" type="submit" disabled={save.isPending}>
            Save
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
