import type { ProcedureNotes } from "../../notes.ts";
import { stepUpErrors } from "../second-factor.ts";

export const systemProcedures = {
  "auth.admin.system.get": {
    summary: "Get the state of the instance",
    description:
      "Versions, migrations, background jobs, and whether the database, Redis and the storage respond, as seen by the " +
      "server that answers.",
  },
  "auth.admin.system.listFailedJobs": {
    summary: "List failed background jobs",
    description:
      "Those that are no longer retried automatically, the latest failure first. They are kept for a week, but " +
      "emails at most until their link expires.",
  },
  "auth.admin.system.retryJob": {
    summary: "Retry a failed background job",
    description: "It runs within a minute. The audit log records it.",
    errors: ["NOT_FOUND"],
  },
  "auth.admin.system.sendTestMail": {
    summary: "Send an email to the caller's own address",
    description: "It is sent immediately, and not retried. At most 10 per hour.",
  },
  "auth.admin.system.listStoredMails": {
    summary: "List emails that could not be sent because no mail server is set",
    description: "The newest 100 of the server that answers, newest first, without their contents.",
  },
  "auth.admin.system.openStoredMail": {
    summary: "Get the link of an unsent email",
    description:
      "For passing it on to the recipient. The audit log records it. With the link, its holder can do what the " +
      "recipient could, such as choosing a new password.",
    errors: ["NOT_FOUND", ...stepUpErrors],
  },
} as const satisfies Record<string, ProcedureNotes>;
