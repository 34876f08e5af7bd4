import type { Context } from "../../context.ts";
import type { Mail } from "../../ports.ts";

/**
 * Sends a mail about something that is done already, or whose failure must not be told: that it could not be sent is
 * noted in the log and changes nothing else.
 */
export async function sendBestEffort({ mailer, log, request }: Context, mail: Mail): Promise<void> {
  try {
    await mailer.enqueue(mail);
  } catch (error) {
    log.error(
      { err: error, kind: mail.kind, requestId: request.id },
      "a mail could not be accepted for sending",
    );
  }
}
