import { files, fileUploads, type Tx } from "@mdreader/db";
import { and, eq, gt, isNull, sql } from "drizzle-orm";

import { AppError } from "../errors.ts";
import type { DomainSettings } from "../ports.ts";

/**
 * Makes sure that so many more bytes fit into a workspace, beside what it has, also in its trash, and what is on its way.
 * To be called while its files are held.
 * @throws AppError QUOTA_EXCEEDED
 */
export async function demandRoom(
  tx: Tx,
  { workspaceQuota }: Pick<DomainSettings, "workspaceQuota">,
  workspaceId: string,
  bytes: number,
): Promise<void> {
  const kept = tx
    .selectDistinct({ hash: files.hash, size: files.size })
    .from(files)
    .where(eq(files.workspaceId, workspaceId))
    .as("kept");
  const [used] = await tx.select({ bytes: sql<string | null>`sum(${kept.size})` }).from(kept);
  const [coming] = await tx
    .select({ bytes: sql<string | null>`sum(${fileUploads.size})` })
    .from(fileUploads)
    .where(
      and(
        eq(fileUploads.workspaceId, workspaceId),
        gt(fileUploads.expiresAt, sql`now()`),
        isNull(fileUploads.completedAt),
        eq(fileUploads.purpose, "file"),
      ),
    );
  const taken = Number(used?.bytes ?? 0) + Number(coming?.bytes ?? 0);
  if (taken + bytes > workspaceQuota) throw new AppError("QUOTA_EXCEEDED");
}
