import type { Mail, Mailer } from "@mdreader/api";
import type { Database } from "@mdreader/db";
import type { PgBoss } from "pg-boss";

import type { Transport } from "../adapters/mail/transport.ts";
import { traceJob, withTrace } from "./trace-job.ts";

const queue = "mail";
const daySeconds = 86_400;
/** Mails contain links that grant access, so sent ones are deleted soon. */
const sentRetentionSeconds = 60;
/** A failed mail can be retried this long, unless its link expires earlier. */
const failedRetentionSeconds = 7 * daySeconds;

/** When failed deliveries are retried. */
export interface MailRetries {
  /** Seconds until the first retry. Each later delay is twice as long. */
  delaySeconds: number;
  /** The interval at which the queue is searched for retries that are due. New mails are announced to it. */
  pollSeconds: number;
}

export const defaultMailRetries: MailRetries = { delaySeconds: 5, pollSeconds: 30 };

/**
 * Queues mails and sends them, even after a crash. Failed deliveries are retried with increasing delays for about a
 * day. Then a superuser can retry them, until their link expires.
 */
export async function startMail(
  boss: PgBoss,
  transport: Transport,
  { sql }: Pick<Database, "sql">,
  { delaySeconds, pollSeconds }: MailRetries,
): Promise<Mailer> {
  await boss.createQueue(queue, {
    notify: true,
    retryLimit: 20,
    retryDelay: delaySeconds,
    retryBackoff: true,
    retryDelayMax: 7200,
    expireInSeconds: 120,
    retentionSeconds: 2 * daySeconds,
    deleteAfterSeconds: sentRetentionSeconds,
  });
  const polling = {
    pollingIntervalSeconds: Math.min(2, pollSeconds),
    notifyPollingIntervalSeconds: pollSeconds,
  };
  /** Sets how long a job is kept once it has ended. */
  const setRetention = async (id: string, seconds: number) =>
    void (await sql`
      update pgboss.job set deletion_seconds = ${seconds}::int
      where name = ${queue} and id = ${id}::uuid and deletion_seconds <> ${seconds}::int`);
  await boss.work<Mail>(queue, { ...polling, localConcurrency: 2 }, async (jobs) => {
    for (const { id, data } of jobs) {
      await setRetention(id, sentRetentionSeconds);
      try {
        await traceJob(queue, data, () => transport.send(data));
      } catch (error) {
        await setRetention(id, computeFailedRetention(data));
        throw error;
      }
    }
  });
  return {
    async enqueue(mail) {
      await boss.send(queue, withTrace(mail));
    },
  };
}

/** The seconds for which a mail that fails now is worth a retry. */
function computeFailedRetention(mail: Mail): number {
  if (!("expiresAt" in mail)) return failedRetentionSeconds;
  const validSeconds = Math.floor((Date.parse(mail.expiresAt) - Date.now()) / 1000);
  return Math.min(Math.max(validSeconds, sentRetentionSeconds), failedRetentionSeconds);
}
