import { contractVersion, type SystemState } from "@mdreader/contract";
import { countMigrations, describeDatabase, files } from "@mdreader/db";
import { count, sql } from "drizzle-orm";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";

/** Returns the state of the instance, as seen by this server. A dependency that doesn't respond is part of it. */
export async function getSystemState(
  { database, operations, settings }: Context,
  _access: Access<"system.read">,
): Promise<SystemState> {
  const [checked, redis, storage, queues, described, migrations, [stored]] = await Promise.all([
    operations.checkDatabase(),
    operations.checkRedis(),
    operations.checkStorage(),
    operations.countJobs(),
    describeDatabase(database),
    countMigrations(database),
    database.db
      .select({ fileCount: count(), fileBytes: sql<string>`coalesce(sum(${files.size}), 0)` })
      .from(files),
  ]);
  return {
    server: {
      version: operations.version,
      contractVersion,
      nodeVersion: operations.nodeVersion,
      startedAt: operations.startedAt.toISOString(),
    },
    database: { ...checked, ...described, migrations },
    redis,
    storage: {
      ...storage,
      fileCount: stored?.fileCount ?? 0,
      fileBytes: Number(stored?.fileBytes ?? 0),
    },
    mail: { isConfigured: settings.sendsMail },
    queues,
  };
}
