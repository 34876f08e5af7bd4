import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { LoadingRows } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Page, Row, Rows } from "../../ui/Page.tsx";
import { ApiDocsLink } from "./ApiDocsLink.tsx";
import { KeyUsage } from "./KeyUsage.tsx";
import { NewApiKey } from "./NewApiKey.tsx";

/** API keys for scripts and tools. */
export function ApiKeysPage() {
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<{ id: string; name: string } | null>(null);
  const list = useInfiniteQuery(trpc.auth.apiKey.list.infiniteQueryOptions({}, pagedQuery));
  const workspaces = useQuery(trpc.workspace.list.queryOptions({ limit: 100 }));
  const findName = (workspaceId: string) =>
    workspaces.data?.items.find(({ id }) => id === workspaceId)?.name ?? "one workspace";
  const revoke = useMutation(
    trpc.auth.apiKey.revoke.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.auth.apiKey.pathFilter());
        setRevoking(null);
      },
    }),
  );
  const keys = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const create = (
    <Button kind="primary" onClick={() => setCreating(true)}>
      <Plus className="size-4" />
      New key
    </Button>
  );
  return (
    <Page
      title="API keys"
      lead={
        <>
          For scripts, the command line and agents acting on your behalf. <ApiDocsLink />
        </>
      }
      actions={keys.length > 0 && create}
    >
      <div className="grid gap-3">
        {list.isPending && <LoadingRows />}
        <ErrorNote error={list.error} retry={list.refetch} />
        {list.isSuccess && keys.length === 0 && (
          <EmptyState icon={<KeyRound />} title="No keys yet">
            <p>A key can do only what its scopes allow. You can revoke it at any time.</p>
            <div className="mt-5">{create}</div>
          </EmptyState>
        )}
        {keys.length > 0 && (
          <Rows label="API keys">
            {keys.map(({ id, name, scopes, workspaceId, hint, lastUsedAt, expiresAt }) => (
              <Row key={id}>
                <div className="min-w-0 flex-1">
                  <p className="font-medium">
                    {name} <code className="ml-1 font-mono text-xs font-normal text-faint">{hint}…</code>
                  </p>
                  <p className="text-sm text-faint">
                    {scopes.join(", ")}
                    {workspaceId !== null && ` in ${findName(workspaceId)}`};{" "}
                    <KeyUsage lastUsedAt={lastUsedAt} expiresAt={expiresAt} />
                  </p>
                </div>
                <Button onClick={() => setRevoking({ id, name })}>Revoke</Button>
              </Row>
            ))}
          </Rows>
        )}
        <LoadMore list={list} />
      </div>
      <NewApiKey open={creating} onOpenChange={setCreating} />
      <Confirm
        open={revoking !== null}
        onOpenChange={() => setRevoking(null)}
        title={`Revoke ${revoking?.name ?? ""}?`}
        action="Revoke key"
        onConfirm={() => revoking !== null && revoke.mutate({ id: revoking.id })}
        pending={revoke.isPending}
        error={revoke.error}
      >
        Anything using it will lose access immediately.
      </Confirm>
    </Page>
  );
}
