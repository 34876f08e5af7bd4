import type { Mail, Mailer } from "@mdreader/api";
import type { PgBoss } from "pg-boss";

import type { Transport } from "../adapters/mail/transport.ts";
import { traceJob, withTrace } from "./trace-job.ts";

const queue = "mail";
const daySeconds = 86_400;

/**
 * Queues mails and sends them, also after a crash. Failed deliveries are retried with increasing delays for about a
 * day.
 */
export async function startMail(boss: PgBoss, transport: Transport): Promise<Mailer> {
  await boss.createQueue(queue, {
    notify: true,
    retryLimit: 20,
    retryDelay: 5,
    retryBackoff: true,
    retryDelayMax: 7200,
    expireInSeconds: 120,
    retentionSeconds: 2 * daySeconds,
    // Mails contain links that grant access, so finished jobs are deleted soon.
    deleteAfterSeconds: 60,
  });
  await boss.work<Mail>(queue, { localConcurrency: 2 }, async (jobs) => {
    for (const { data } of jobs) await traceJob(queue, data, () => transport.send(data));
  });
  return {
    async enqueue(mail) {
      await boss.send(queue, withTrace(mail));
    },
  };
}
