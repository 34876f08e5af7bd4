import type { Context } from "../../context.ts";
import type { Mail } from "../../ports.ts";

/**
 * Sends an email whose failure must not fail the call, because the change is already committed or the result must not
 * be revealed. A failure is logged.
 */
export async function sendBestEffort({ mailer, log, request }: Context, mail: Mail): Promise<void> {
  try {
    await mailer.enqueue(mail);
  } catch (error) {
    log.error({ err: error, kind: mail.kind, requestId: request.id }, "an email couldn't be queued");
  }
}
