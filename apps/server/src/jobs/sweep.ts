import {
  attemptAll,
  saveIdleEditSessions,
  type Services,
  sweepAuditEntries,
  sweepDeletedAccounts,
  sweepDeviceAuthorizations,
  sweepEmailChanges,
  sweepEmailTokens,
  sweepFiles,
  sweepPasskeyChallenges,
  sweepSessions,
  sweepTrash,
  sweepWorkspaces,
  sweepWriteResponses,
  sweepIdempotentCalls,
  recoverPendingFolders,
  recoverStaleDocuments,
} from "@mdreader/api";
import type { PgBoss } from "pg-boss";

import { traceJob } from "./trace-job.ts";

const queue = "sweep";

/** Deletes expired data, by kind. */
const sweeps = {
  sessions: sweepSessions,
  deviceAuthorizations: sweepDeviceAuthorizations,
  emailChanges: sweepEmailChanges,
  emailTokens: sweepEmailTokens,
  passkeyChallenges: sweepPasskeyChallenges,
  auditEntries: sweepAuditEntries,
  accounts: sweepDeletedAccounts,
  trash: sweepTrash,
  workspaces: sweepWorkspaces,
  writes: sweepWriteResponses,
  calls: sweepIdempotentCalls,
  files: sweepFiles,
} satisfies Record<string, (services: Services) => Promise<number>>;

/** Schedules a sweep every night. A missed sweep runs when the server is back. */
export async function startSweeping(boss: PgBoss, services: Services): Promise<void> {
  await boss.createQueue(queue, {
    policy: "exclusive",
    retryLimit: 3,
    retryDelay: 600,
    expireInSeconds: 3600,
  });
  await boss.work(queue, { pollingIntervalSeconds: 60 }, () => traceJob(queue, null, () => sweep(services)));
  await boss.schedule(queue, "17 3 * * *", null, { missed: "once" });
}

const maintenanceQueue = "maintenance";
/** The name of the queue before 0.2.0. */
const retiredQueue = "upkeep";

/**
 * Every minute, saves finished edit sessions as versions, and completes what crashed servers have left: the maintenance
 * of documents, and the deletion and restoration of folders.
 */
export async function startMaintenance(boss: PgBoss, services: Services): Promise<void> {
  await boss.createQueue(maintenanceQueue, { policy: "exclusive", expireInSeconds: 300 });
  await boss.work(maintenanceQueue, { pollingIntervalSeconds: 30 }, async () => {
    const tasks = [recoverStaleDocuments, saveIdleEditSessions, recoverPendingFolders];
    await traceJob(maintenanceQueue, null, () => attemptAll(tasks, (run) => run(services)));
  });
  await boss.unschedule(retiredQueue);
  await boss.schedule(maintenanceQueue, "* * * * *");
}

/** Deletes all expired data. A kind that fails does not stop the others. */
export async function sweep(services: Services): Promise<void> {
  await attemptAll(Object.entries(sweeps), async ([kind, run]) => {
    const count = await run(services);
    if (count > 0) services.log.info({ kind, count }, "swept");
  });
}
