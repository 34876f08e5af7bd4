import type { Mail, Mailer } from "@mdreader/api";
import type { PgBoss } from "pg-boss";

import type { Transport } from "../adapters/mail/transport.ts";

const queue = "mail";
const daySeconds = 86_400;

/**
 * Accepts mails into the queue, and sends them from there: also after a crash, and again, more and more slowly, for about
 * a day while the mail server does not take them.
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
    // Mails carry links that let people in: they don't stay longer than they are of use.
    deleteAfterSeconds: 60,
  });
  await boss.work<Mail>(queue, { localConcurrency: 2 }, async (jobs) => {
    for (const { data } of jobs) await transport.send(data);
  });
  return {
    async enqueue(mail) {
      await boss.send(queue, mail);
    },
  };
}
