import { workspaces } from "@mdreader/db";
import { and, asc, eq, lt } from "drizzle-orm";

import { holdWorkspace } from "../access/hold.ts";
import type { Services } from "../context.ts";
import { allowTime } from "./allow-time.ts";

type Sweeping = Pick<Services, "database" | "clock" | "settings">;

/**
 * Removes the workspaces for good that have been in the trash for longer than `trashRetention`, each in a transaction of
 * its own: it is gone wholly or still there. To be run as a job, daily or so.
 * @returns How many there were.
 */
export async function sweepWorkspaces(services: Sweeping): Promise<number> {
  const { db } = services.database;
  let swept = 0;
  for (;;) {
    const [oldest] = await db
      .select({ id: workspaces.id })
      .from(workspaces)
      .where(lt(workspaces.deletedAt, cutoff(services)))
      .orderBy(asc(workspaces.deletedAt))
      .limit(1);
    if (oldest === undefined) return swept;
    if (await purge(services, oldest.id)) swept += 1;
  }
}

const cutoff = ({ clock, settings }: Sweeping) =>
  new Date(clock.now().getTime() - settings.trashRetention * 1000).toISOString();

/** @returns Whether it was still to be removed: an owner may just have restored it. */
function purge(services: Sweeping, workspaceId: string): Promise<boolean> {
  return services.database.db.transaction(async (tx) => {
    await holdWorkspace(tx, workspaceId);
    const [due] = await tx
      .select({ id: workspaces.id })
      .from(workspaces)
      .where(and(eq(workspaces.id, workspaceId), lt(workspaces.deletedAt, cutoff(services))))
      .for("update");
    if (due === undefined) return false;
    await allowTime(tx);
    await tx.delete(workspaces).where(eq(workspaces.id, workspaceId));
    return true;
  });
}
