import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Link2, Mail } from "lucide-react";

import { queryClient, trpc } from "../../lib/client.ts";
import { getDisplayName } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { LoadingRows } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Row, Rows, Section } from "../../ui/Page.tsx";
import { Time } from "../../ui/Time.tsx";
import { showErrorToast } from "../../ui/toast.ts";
import { roleLabels } from "../role-labels.ts";

/** Pending invitations. */
export function Invitations({ workspaceId }: { workspaceId: string }) {
  const list = useInfiniteQuery(
    trpc.workspace.invitation.list.infiniteQueryOptions({ workspaceId }, pagedQuery),
  );
  const revoke = useMutation(
    trpc.workspace.invitation.revoke.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.workspace.invitation.pathFilter()),
      onError: showErrorToast,
    }),
  );
  const invitations = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Section title="Pending invitations">
      {list.isPending && <LoadingRows rows={2} />}
      <ErrorNote error={list.error} retry={list.refetch} />
      {list.isSuccess && invitations.length === 0 && (
        <p className="text-sm text-faint">No pending invitations.</p>
      )}
      {invitations.length > 0 && (
        <Rows label="Pending invitations">
          {invitations.map(({ id, email, role, invitedBy, usesLeft, expiresAt }) => (
            <Row key={id}>
              {email === null ? (
                <Link2 aria-hidden="true" className="size-5 text-faint" />
              ) : (
                <Mail aria-hidden="true" className="size-5 text-faint" />
              )}
              <div className="min-w-0 flex-1">
                <p className="truncate font-medium">{email ?? "Anyone with the link"}</p>
                <p className="text-sm text-faint">
                  {roleLabels[role].name}
                  {email === null && `, ${usesLeft === 1 ? "one use" : `${usesLeft} uses`} left`}, expires{" "}
                  <Time at={expiresAt} />
                  {invitedBy !== null && `, invited by ${getDisplayName(invitedBy)}`}
                </p>
              </div>
              <Button
                kind="quiet"
                disabled={revoke.isPending}
                aria-label={`Revoke the invitation for ${email ?? "anyone with the link"}`}
                onClick={() => revoke.mutate({ workspaceId, id })}
              >
                Revoke
              </Button>
            </Row>
          ))}
        </Rows>
      )}
      <LoadMore list={list} />
    </Section>
  );
}
