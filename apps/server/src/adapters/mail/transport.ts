import type { Mail } from "@mdreader/api";
import { createTransport } from "nodemailer";
import type { Logger } from "pino";

import type { DevMailbox } from "./dev-mailbox.ts";
import { renderMail } from "./templates.ts";

/** Delivers mails. */
export interface Transport {
  /** Rejects if a later retry can succeed. */
  send(mail: Mail): Promise<void>;
  /** Rejects if the mail is not accepted immediately, even if no retry can succeed. */
  sendNow(mail: Mail): Promise<void>;
  close(): void;
}

export interface SmtpOptions {
  url: string;
  /** The sender, as `Name <address>`. */
  from: string;
}

/** Sends mails through an SMTP server. */
export function createSmtpTransport({ url, from }: SmtpOptions, log: Logger): Transport {
  const transport = createTransport({
    url,
    pool: true,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
  });
  const sendNow = async (mail: Mail) => void (await transport.sendMail({ from, ...renderMail(mail) }));
  return {
    sendNow,
    async send(mail) {
      try {
        await sendNow(mail);
        log.info({ kind: mail.kind }, "mail sent");
      } catch (error) {
        if (!isFinal(error)) throw error;
        log.error({ kind: mail.kind, err: error }, "the mail server rejected the mail permanently");
      }
    },
    close: () => transport.close(),
  };
}

/** Replies of 500 and above are permanent failures. */
const isFinal = (error: unknown) =>
  error instanceof Error && "responseCode" in error && Number(error.responseCode) >= 500;

/** Stores mails locally. The log contains the path; the content, including links, is only in the file. */
export function createDevTransport(mailbox: DevMailbox, log: Logger): Transport {
  const send = async (mail: Mail) => {
    const message = renderMail(mail);
    const file = await mailbox.put(message, { kind: mail.kind, url: "url" in mail ? mail.url : null });
    log.info({ to: message.to, subject: message.subject, file }, "SMTP_URL isn't set: mail stored locally");
  };
  return {
    send,
    sendNow: send,
    close: () => {},
  };
}
