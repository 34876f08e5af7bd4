import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";

import { ApiDocsLink } from "../../auth/api-key/ApiDocsLink.tsx";
import { KeyList } from "../../auth/api-key/KeyList.tsx";
import { KeyUsage } from "../../auth/api-key/KeyUsage.tsx";
import { queryClient, trpc } from "../../lib/client.ts";
import { getDisplayName } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { LoadingRows } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Section } from "../../ui/Page.tsx";
import { roleLabels } from "../role-labels.ts";
import { NewWorkspaceApiKey } from "./NewWorkspaceApiKey.tsx";

interface WorkspaceApiKeysProps {
  workspace: { id: string; secondFactorRequired: boolean };
}

/** The API keys that belong to a workspace. */
export function WorkspaceApiKeys({
  workspace: { id: workspaceId, secondFactorRequired },
}: WorkspaceApiKeysProps) {
  const [creating, setCreating] = useState(false);
  const list = useInfiniteQuery(trpc.workspace.apiKey.list.infiniteQueryOptions({ workspaceId }, pagedQuery));
  const revoke = useMutation(
    trpc.workspace.apiKey.revoke.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.workspace.apiKey.pathFilter()),
    }),
  );
  const keys = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Section
      title="API keys"
      lead={
        <>
          For automation that doesn't depend on a person. A key keeps working when its creator leaves, and its
          actions are recorded under its name. <ApiDocsLink />
        </>
      }
    >
      {list.isPending && <LoadingRows rows={2} />}
      <ErrorNote error={list.error} retry={list.refetch} />
      <KeyList
        keys={keys}
        warn={({ createdWithSecondFactor }) =>
          secondFactorRequired && !createdWithSecondFactor
            ? "Created without two-step verification, so it doesn't work. Replace it with a new key."
            : null
        }
        revoke={{
          ...revoke,
          mutate: ({ id }, options) => revoke.mutate({ workspaceId, id }, options),
        }}
        consequence="Anything using it will lose access immediately. Its contributions will remain."
      >
        {({ role, scopes, lastUsedAt, expiresAt, createdBy }) => (
          <>
            {roleLabels[role].name}; {scopes.join(", ")};{" "}
            <KeyUsage lastUsedAt={lastUsedAt} expiresAt={expiresAt} />; created by{" "}
            {createdBy === null ? "a deleted account" : getDisplayName(createdBy)}
          </>
        )}
      </KeyList>
      <LoadMore list={list} />
      <Button className="justify-self-start" onClick={() => setCreating(true)}>
        <Plus className="size-4" />
        New key
      </Button>
      <NewWorkspaceApiKey workspaceId={workspaceId} open={creating} onOpenChange={setCreating} />
    </Section>
  );
}
