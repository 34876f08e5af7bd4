import type { RouterOutputs } from "@mdreader/client";
import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { LoadingRows } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Page } from "../../ui/Page.tsx";
import { ApiDocsLink } from "./ApiDocsLink.tsx";
import { KeyList } from "./KeyList.tsx";
import { KeyUsage } from "./KeyUsage.tsx";
import { NewApiKey } from "./NewApiKey.tsx";

type Key = RouterOutputs["auth"]["apiKey"]["list"]["items"][number];

/** API keys for scripts and tools. */
export function ApiKeysPage() {
  const [creating, setCreating] = useState(false);
  const list = useInfiniteQuery(trpc.auth.apiKey.list.infiniteQueryOptions({}, pagedQuery));
  const workspaces = useQuery(trpc.workspace.list.queryOptions({ limit: 100 }));
  const findName = (workspaceId: string) =>
    workspaces.data?.items.find(({ id }) => id === workspaceId)?.name ?? "one workspace";
  /** Whether a workspace in which the key could act requires the second factor that its creator didn't have. */
  const isRefused = ({ workspaceId, createdWithSecondFactor }: Key) =>
    !createdWithSecondFactor &&
    workspaces.data?.items.some(
      ({ id, secondFactorRequired }) => secondFactorRequired && (workspaceId ?? id) === id,
    ) === true;
  const revoke = useMutation(
    trpc.auth.apiKey.revoke.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.auth.apiKey.pathFilter()),
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
          <EmptyState icon={<KeyRound />} title="No API keys yet">
            <p>A key can do only what its scopes allow. You can revoke it at any time.</p>
            <div className="mt-5">{create}</div>
          </EmptyState>
        )}
        <KeyList
          keys={keys}
          warn={(key) =>
            isRefused(key)
              ? "Created without two-step verification. It doesn't work in workspaces that require it."
              : null
          }
          revoke={revoke}
          consequence="Anything using it will lose access immediately."
        >
          {({ scopes, workspaceId, lastUsedAt, expiresAt }) => (
            <>
              {scopes.join(", ")}
              {workspaceId !== null && ` in ${findName(workspaceId)}`};{" "}
              <KeyUsage lastUsedAt={lastUsedAt} expiresAt={expiresAt} />
            </>
          )}
        </KeyList>
        <LoadMore list={list} />
      </div>
      <NewApiKey open={creating} onOpenChange={setCreating} />
    </Page>
  );
}
