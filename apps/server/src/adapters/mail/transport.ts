import type { Mail } from "@mdreader/api";
import { createTransport } from "nodemailer";
import type { Logger } from "pino";

import type { DevMailbox } from "./dev-mailbox.ts";
import { renderMail } from "./templates.ts";

/** Gets a mail on its way. */
export interface Transport {
  /** Rejects when trying again later makes sense. */
  send(mail: Mail): Promise<void>;
  close(): void;
}

export interface SmtpOptions {
  url: string;
  /** Whom mails are from, as `Name <address>`. */
  from: string;
}

/** Sends mails through a mail server. */
export function createSmtpTransport({ url, from }: SmtpOptions, log: Logger): Transport {
  const transport = createTransport({
    url,
    pool: true,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
  });
  return {
    async send(mail) {
      try {
        await transport.sendMail({ from, ...renderMail(mail) });
        log.info({ kind: mail.kind }, "mail sent");
      } catch (error) {
        if (!isFinal(error)) throw error;
        log.error({ kind: mail.kind, err: error }, "the mail server refuses a mail for good");
      }
    },
    close: () => transport.close(),
  };
}

/** A reply of 500 and above means that the same mail will never be taken. */
const isFinal = (error: unknown) =>
  error instanceof Error && "responseCode" in error && Number(error.responseCode) >= 500;

/** Keeps mails on this machine. The log says where; what they say, links included, is in the file alone. */
export function createDevTransport(outbox: DevMailbox, log: Logger): Transport {
  return {
    async send(mail) {
      const message = renderMail(mail);
      const file = await outbox.put(message);
      log.info(
        { to: message.to, subject: message.subject, file },
        "SMTP_URL is not set: the mail is kept here",
      );
    },
    close: () => {},
  };
}
