import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Monitor } from "lucide-react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { LoadingRows } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Page, Row, Rows } from "../../ui/Page.tsx";
import { Time } from "../../ui/Time.tsx";
import { showToast, showErrorToast } from "../../ui/toast.ts";
import { describeUserAgent } from "./user-agent.ts";

/** The person's active sessions. */
export function SessionsPage() {
  const list = useInfiniteQuery(trpc.auth.session.list.infiniteQueryOptions({}, pagedQuery));
  const refresh = () => queryClient.invalidateQueries(trpc.auth.session.pathFilter());
  const revoke = useMutation(
    trpc.auth.session.revoke.mutationOptions({ onSuccess: refresh, onError: showErrorToast }),
  );
  const revokeOthers = useMutation(
    trpc.auth.session.revokeOthers.mutationOptions({
      onSuccess: () => {
        showToast("All other sessions were signed out.");
        return refresh();
      },
      onError: showErrorToast,
    }),
  );
  const sessions = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page
      title="Sessions"
      lead="Devices where you're signed in. Signing out takes effect immediately."
      actions={
        sessions.length > 1 && (
          <Button onClick={() => revokeOthers.mutate()} disabled={revokeOthers.isPending}>
            Sign out everywhere else
          </Button>
        )
      }
    >
      <div className="grid gap-3">
        {list.isPending && <LoadingRows />}
        <ErrorNote error={list.error} retry={list.refetch} />
        {sessions.length > 0 && (
          <Rows label="Sessions">
            {sessions.map(({ id, userAgent, ipAddress, lastUsedAt, createdAt, current }) => (
              <Row key={id}>
                <Monitor aria-hidden="true" className="size-5 text-faint" />
                <div className="min-w-0 flex-1">
                  <p className="font-medium">
                    {describeUserAgent(userAgent)}
                    {current && (
                      <span className="ml-2 rounded-full bg-accent-soft px-2 py-0.5 text-xs text-accent">
                        This session
                      </span>
                    )}
                  </p>
                  <p className="text-sm text-faint">
                    Last used <Time at={lastUsedAt} />, signed in <Time at={createdAt} />
                    {ipAddress !== null && `, from ${ipAddress}`}
                  </p>
                </div>
                {!current && (
                  <Button
                    aria-label={`Sign out ${describeUserAgent(userAgent)}`}
                    onClick={() => revoke.mutate({ id })}
                    disabled={revoke.isPending}
                  >
                    Sign out
                  </Button>
                )}
              </Row>
            ))}
          </Rows>
        )}
        <LoadMore list={list} />
      </div>
    </Page>
  );
}
