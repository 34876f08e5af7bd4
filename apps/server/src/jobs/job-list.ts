import type { FailedJobRow } from "@mdreader/api";
import type { SystemState } from "@mdreader/contract";
import { type Database, runStatement, toIsoTimestamp, type Tx } from "@mdreader/db";
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

/** Queues a failed job again, in a transaction. @returns The name of its queue; null if no such job has failed. */
export async function retryJob(tx: Tx, boss: PgBoss, id: string): Promise<string | null> {
  const [job] = await runStatement<{ name: string }>(
    tx,
    "select name from pgboss.job where id = $1::uuid and state = 'failed' for update",
    [id],
  );
  if (job === undefined) return null;
  const db = {
    executeSql: async (text: string, values?: unknown[]) => ({ rows: await runStatement(tx, text, values) }),
  };
  await boss.retry(job.name, id, { db });
  return job.name;
}
