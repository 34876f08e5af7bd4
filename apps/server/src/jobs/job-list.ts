import type { FailedJobRow } from "@mdreader/api";
import type { SystemState } from "@mdreader/contract";
import { type Database, toIsoTimestamp } from "@mdreader/db";
import type { PgBoss } from "pg-boss";

/** Counts the jobs of each queue. Completed ones are not counted. */
export async function countJobs({ sql }: Pick<Database, "sql">): Promise<SystemState["queues"]> {
  const rows = await sql<
    { name: string; waiting: number; running: number; failed: number; oldest: string | null }[]
  >`
    select queue.name,
      count(*) filter (where job.state in ('created', 'retry'))::int as waiting,
      count(*) filter (where job.state = 'active')::int as running,
      count(*) filter (where job.state = 'failed')::int as failed,
      min(greatest(job.created_on, job.start_after))
        filter (where job.state in ('created', 'retry') and job.start_after <= now())::text as oldest
    from pgboss.queue
    left join pgboss.job on job.name = queue.name and job.state in ('created', 'retry', 'active', 'failed')
    where queue.name not like '\\_\\_pgboss\\_\\_%'
    group by queue.name order by queue.name`;
  return rows.map(({ oldest, ...counts }) => ({
    ...counts,
    oldestWaitingAt: oldest === null ? null : toIsoTimestamp(oldest),
  }));
}

/** Finds failed jobs, the last failure first. Their data, which may contain links, is not read. */
export async function findFailedJobs(
  { sql }: Pick<Database, "sql">,
  limit: number,
  after: { failedAt: string; id: string } | null,
): Promise<FailedJobRow[]> {
  const at = after?.failedAt ?? null;
  const rows = await sql<
    { id: string; queue: string; attempts: number; error: string | null; failedAt: string }[]
  >`
    select id, name as queue, retry_count + 1 as attempts,
      left(coalesce(output ->> 'code', output ->> 'name'), 100) as error, date_trunc('milliseconds', completed_on)::text as "failedAt"
    from pgboss.job
    where state = 'failed' and completed_on is not null
      and (${at}::timestamptz is null or (date_trunc('milliseconds', completed_on), id) < (${at}::timestamptz, ${after?.id ?? null}::uuid))
    order by date_trunc('milliseconds', completed_on) desc, id desc
    limit ${limit}`;
  return rows.map(({ error, failedAt, ...row }) => ({
    ...row,
    error: error ?? "Error",
    failedAt: toIsoTimestamp(failedAt),
  }));
}

/** Queues a failed job again. @returns The name of its queue; null if no such job has failed. */
export async function retryJob(
  { sql }: Pick<Database, "sql">,
  boss: PgBoss,
  id: string,
): Promise<string | null> {
  const [job] = await sql<{ name: string }[]>`
    select name from pgboss.job where id = ${id}::uuid and state = 'failed'`;
  if (job === undefined) return null;
  await boss.retry(job.name, id);
  return job.name;
}
