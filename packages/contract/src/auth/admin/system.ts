import { z } from "zod";

import { createPageSchema, pageFields } from "../../pagination.ts";
import { timestamp } from "../../text.ts";
import { confirmation } from "../second-factor.ts";

const check = {
  isHealthy: z.boolean().describe("Whether the service responded in time."),
  ms: z.number().describe("The response time in milliseconds, or the time spent waiting for a response."),
};

const jobQueue = z.object({
  name: z.string().describe("The kind of jobs in the queue, such as `mail`."),
  waiting: z.int().describe("The number of jobs that are due or will be retried."),
  running: z.int().describe("The number of jobs that a server is working on."),
  failed: z.int().describe("The number of jobs that are no longer retried automatically."),
  oldestWaitingAt: timestamp
    .nullable()
    .describe(
      "When the oldest waiting job became due. Null if none is due. Jobs scheduled for later don't count.",
    ),
});

/** The state of the instance, as seen by the server that answers. */
export const systemState = z.object({
  server: z
    .object({
      version: z.string().describe("The version of MDReader that this server runs, such as `0.2.0`."),
      contractVersion: z.string().describe("The version of the API's contract."),
      nodeVersion: z.string().describe("The version of Node.js that the server runs on, such as `v24.21.0`."),
      startedAt: timestamp.describe("When this server was started."),
    })
    .describe("The server that responds."),
  database: z
    .object({
      ...check,
      version: z.string().describe("The version of PostgreSQL."),
      sizeBytes: z.int().describe("The size of the database in bytes, with indexes."),
      migrations: z
        .object({
          applied: z.int().describe("The number of migrations that have been applied."),
          pending: z
            .int()
            .describe(
              "The number of this server's migrations that the database lacks. 0 once the server has started.",
            ),
        })
        .describe("Changes to the schema."),
    })
    .describe("PostgreSQL."),
  redis: z
    .object(check)
    .nullable()
    .describe("Redis, which connects the servers of a deployment. Null if it isn't configured."),
  storage: z
    .object({
      ...check,
      kind: z.enum(["local", "s3"]).describe("Where files are stored: in a folder, or in a bucket."),
      fileCount: z.int().describe("The number of files, including those in the trash."),
      fileBytes: z
        .int()
        .describe("The total size of the files in bytes. Identical files in a workspace are stored once."),
      freeBytes: z
        .int()
        .nullable()
        .describe("The free disk space in bytes. Null for a bucket, or if it is unknown."),
    })
    .describe("The storage of files, and the space that they take up."),
  mail: z
    .object({
      isConfigured: z
        .boolean()
        .describe(
          "Whether a mail server is configured. If not, emails are stored, and `listStoredMails` lists them.",
        ),
    })
    .describe("The delivery of emails."),
  queues: z.array(jobQueue).describe("The queues of background jobs, by name."),
});
export type SystemState = z.infer<typeof systemState>;

export const failedJob = z.object({
  id: z.uuid().describe("Identifies the job."),
  queue: z.string().describe("The kind of job."),
  attempts: z.int().describe("How often the job was attempted, including the first time."),
  error: z.string().describe("The class or code of the last error. The server's log has the details."),
  failedAt: timestamp.describe("When the job last failed."),
});
export type FailedJob = z.infer<typeof failedJob>;
export const failedJobListInput = z.strictObject({ ...pageFields }).prefault({});
export type FailedJobListInput = z.infer<typeof failedJobListInput>;
export const failedJobList = createPageSchema(failedJob);
export const retryJobInput = z.strictObject({ id: z.uuid().describe("The failed job.") });

export const testMailResult = z.object({
  outcome: z
    .enum(["sent", "stored", "failed"])
    .describe(
      "`sent` if the mail server accepted the email, `stored` if no mail server is configured, `failed` if the mail server " +
        "can't be reached or rejected the email.",
    ),
  error: z
    .string()
    .nullable()
    .describe("The code of the failure, such as `ECONNREFUSED` or `550`. Null if there was none."),
});
export type TestMailResult = z.infer<typeof testMailResult>;

const mailFields = {
  to: z.string().describe("The address of the recipient."),
  kind: z.string().describe("The kind of email, such as `invitation` or `resetPassword`."),
  at: timestamp.describe("When it should have been sent."),
};

/** An email that was stored because no mail server is configured. Its contents are not listed. */
export const storedMail = z.object({
  id: z.string().describe("Identifies the email on the server that stored it."),
  ...mailFields,
  hasLink: z.boolean().describe("Whether the email contains a link, which `openStoredMail` returns."),
});
export type StoredMailSummary = z.infer<typeof storedMail>;
export const storedMailListInput = z.strictObject({ ...pageFields }).prefault({});
export type StoredMailListInput = z.infer<typeof storedMailListInput>;
export const storedMailList = createPageSchema(storedMail);
export const openStoredMailInput = z.strictObject({
  id: z
    .string()
    .regex(/^[\w.-]{1,80}$/)
    .describe("The stored email."),
  ...confirmation,
});
export type OpenStoredMailInput = z.infer<typeof openStoredMailInput>;
export const openedMail = z.object({
  ...mailFields,
  url: z
    .string()
    .describe("The link. Anyone with it can do what the recipient could, so send it only to the recipient."),
});
export type OpenedMail = z.infer<typeof openedMail>;
