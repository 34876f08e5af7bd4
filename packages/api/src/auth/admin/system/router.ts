import {
  emptyResult,
  failedJobList,
  failedJobListInput,
  openedMail,
  openStoredMailInput,
  retryJobInput,
  storedMailList,
  storedMailListInput,
  systemState,
  testMailResult,
} from "@mdreader/contract";

import { router } from "../../../trpc/init.ts";
import { instanceProcedure } from "../../../trpc/procedures.ts";
import { getSystemState } from "./get.ts";
import { listFailedJobs } from "./list-failed-jobs.ts";
import { listStoredMails } from "./list-stored-mails.ts";
import { openStoredMail } from "./open-stored-mail.ts";
import { retryJob } from "./retry-job.ts";
import { sendTestMail } from "./send-test-mail.ts";

export const systemRouter = router({
  get: instanceProcedure("system.read")
    .output(systemState)
    .query(({ ctx }) => getSystemState(ctx, ctx.access)),
  listFailedJobs: instanceProcedure("system.read")
    .input(failedJobListInput)
    .output(failedJobList)
    .query(({ ctx, input }) => listFailedJobs(ctx, ctx.access, input)),
  retryJob: instanceProcedure("system.retryJob")
    .input(retryJobInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => retryJob(ctx, ctx.access, input)),
  sendTestMail: instanceProcedure("system.sendTestMail")
    .output(testMailResult)
    .mutation(({ ctx }) => sendTestMail(ctx, ctx.access)),
  listStoredMails: instanceProcedure("system.listMails")
    .input(storedMailListInput)
    .output(storedMailList)
    .query(({ ctx, input }) => listStoredMails(ctx, ctx.access, input)),
  openStoredMail: instanceProcedure("system.openMail")
    .meta({ action: "system.openMail", hasSecretResult: true })
    .input(openStoredMailInput)
    .output(openedMail)
    .mutation(({ ctx, input }) => openStoredMail(ctx, ctx.access, input)),
});
