import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";

import { queryClient, trpc } from "../../../lib/client.ts";
import { Button } from "../../../ui/Button.tsx";
import { ErrorNote } from "../../../ui/ErrorNote.tsx";
import { LoadMore } from "../../../ui/LoadMore.tsx";
import { Row, Rows, Section } from "../../../ui/Page.tsx";
import { Time } from "../../../ui/Time.tsx";
import { showToast } from "../../../ui/toast.ts";
import { toJobLabel } from "./job-labels.ts";

/** Failed background jobs, which can be retried. Renders nothing without any. */
export function FailedJobs() {
  const list = useInfiniteQuery(trpc.auth.admin.system.listFailedJobs.infiniteQueryOptions({}, pagedQuery));
  const retry = useMutation(
    trpc.auth.admin.system.retryJob.mutationOptions({
      onSuccess: async () => {
        showToast("The job will run again.");
        await queryClient.invalidateQueries(trpc.auth.admin.system.pathFilter());
      },
    }),
  );
  const jobs = list.data?.pages.flatMap(({ items }) => items) ?? [];
  if (jobs.length === 0) return <ErrorNote error={list.error} retry={list.refetch} />;
  return (
    <Section title="Failed jobs" lead="These jobs are no longer retried automatically.">
      <ErrorNote error={retry.error} />
      <Rows label="Failed jobs">
        {jobs.map(({ id, queue, attempts, error, failedAt }) => (
          <Row key={id}>
            <div className="min-w-0 flex-1">
              <p className="font-medium">{toJobLabel(queue)}</p>
              <p className="text-sm wrap-break-word text-faint">
                {error}; {attempts} {attempts === 1 ? "attempt" : "attempts"}; <Time at={failedAt} />
              </p>
            </div>
            <Button
              aria-label={`Retry: ${toJobLabel(queue)}`}
              onClick={() => retry.mutate({ id })}
              disabled={retry.isPending}
            >
              Retry
            </Button>
          </Row>
        ))}
      </Rows>
      <LoadMore list={list} />
    </Section>
  );
}
