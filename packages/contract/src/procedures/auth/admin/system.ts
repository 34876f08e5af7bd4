import type { ProcedureNotes } from "../../notes.ts";
import { stepUpErrors } from "../second-factor.ts";

export const systemProcedures = {
  "auth.admin.system.get": {
    summary: "Get the state of the instance",
    description:
      "Versions, migrations, background jobs, and whether the database, Redis and the storage respond, as seen by " +
      "the server that responds.",
  },
  "auth.admin.system.listFailedJobs": {
    summary: "List failed background jobs",
    description:
      "Jobs that are no longer retried automatically, latest failure first. They are kept for a week; emails, at " +
      "most until their link expires.",
  },
  "auth.admin.system.retryJob": {
    summary: "Retry a failed background job",
    description: "The job runs within a minute. The audit log records the retry.",
    errors: ["NOT_FOUND"],
  },
  "auth.admin.system.sendTestMail": {
    summary: "Send an email to the caller's own address",
    description: "The email is sent immediately, and isn't retried. At most 10 per hour.",
  },
  "auth.admin.system.listStoredMails": {
    summary: "List emails that weren't sent because no mail server is configured",
    description: "The newest 100 emails on the server that responds, newest first, without their contents.",
  },
  "auth.admin.system.openStoredMail": {
    summary: "Get the link of an unsent email",
    description:
      "For passing it on to the recipient. Anyone with the link can do what the recipient could, such as choosing a " +
      "new password. The audit log records the call.",
    errors: ["NOT_FOUND", ...stepUpErrors],
  },
} as const satisfies Record<string, ProcedureNotes>;
