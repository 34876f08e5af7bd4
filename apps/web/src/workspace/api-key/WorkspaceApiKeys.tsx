import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";

import { ApiDocsLink } from "../../auth/api-key/ApiDocsLink.tsx";
import { KeyUsage } from "../../auth/api-key/KeyUsage.tsx";
import { queryClient, trpc } from "../../lib/client.ts";
import { getDisplayName } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { LoadingRows } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Row, Rows, Section } from "../../ui/Page.tsx";
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
  const [revoking, setRevoking] = useState<{ id: string; name: string } | null>(null);
  const list = useInfiniteQuery(trpc.workspace.apiKey.list.infiniteQueryOptions({ workspaceId }, pagedQuery));
  const revoke = useMutation(
    trpc.workspace.apiKey.revoke.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.workspace.apiKey.pathFilter());
        setRevoking(null);
      },
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
      {keys.length > 0 && (
        <Rows label="API keys">
          {keys.map((key) => (
            <Row key={key.id}>
              <div className="min-w-0 flex-1">
                <p className="font-medium">
                  {key.name}{" "}
                  <code className="ml-1 font-mono text-xs font-normal text-faint">{key.hint}…</code>
                </p>
                <p className="text-sm text-faint">
                  {roleLabels[key.role].name}; {key.scopes.join(", ")};{" "}
                  <KeyUsage lastUsedAt={key.lastUsedAt} expiresAt={key.expiresAt} />; created by{" "}
                  {key.createdBy === null ? "a deleted account" : getDisplayName(key.createdBy)}
                </p>
                {secondFactorRequired && !key.createdWithSecondFactor && (
                  <p className="text-sm text-warn">
                    Created without two-step verification, so it doesn't work. Replace it with a new key.
                  </p>
                )}
              </div>
              <Button aria-label={`Revoke ${key.name}`} onClick={() => setRevoking(key)}>
                Revoke
              </Button>
            </Row>
          ))}
        </Rows>
      )}
      <LoadMore list={list} />
      <Button className="justify-self-start" onClick={() => setCreating(true)}>
        <Plus className="size-4" />
        New key
      </Button>
      <NewWorkspaceApiKey workspaceId={workspaceId} open={creating} onOpenChange={setCreating} />
      <Confirm
        open={revoking !== null}
        onOpenChange={() => setRevoking(null)}
        title={`Revoke “${revoking?.name ?? ""}”?`}
        action="Revoke key"
        onConfirm={() => revoking !== null && revoke.mutate({ workspaceId, id: revoking.id })}
        pending={revoke.isPending}
        error={revoke.error}
      >
        Anything using it will lose access immediately. Its contributions will remain.
      </Confirm>
    </Section>
  );
}
