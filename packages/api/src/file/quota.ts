import { files, fileUploads, type Tx, type UploadRow } from "@mdreader/db";
import { and, eq, gt, isNull, sql } from "drizzle-orm";

import { AppError } from "../errors.ts";
import type { DomainSettings } from "../ports.ts";

/** What one person has announced and not sent takes at most this part of the quota: it costs nothing to announce. */
const maxAnnouncedShare = 1 / 4;

/**
 * Makes sure that so many more bytes fit into a workspace, beside what it has, also in its trash, and what is on its way.
 * To be called while its files are held.
 * @throws AppError QUOTA_EXCEEDED
 */
export async function assertQuota(
  tx: Tx,
  { workspaceQuota, maxUploadBytes }: Pick<DomainSettings, "workspaceQuota" | "maxUploadBytes">,
  { workspaceId, userId }: { workspaceId: string; userId: string },
  bytes: number,
): Promise<void> {
  const maxAnnounced = Math.max(workspaceQuota * maxAnnouncedShare, maxUploadBytes);
  if ((await readPendingBytes(tx, workspaceId, "file", userId)) + bytes > maxAnnounced) {
    throw new AppError("QUOTA_EXCEEDED");
  }
  const kept = tx
    .selectDistinct({ hash: files.hash, size: files.size })
    .from(files)
    .where(eq(files.workspaceId, workspaceId))
    .as("kept");
  const [used] = await tx.select({ bytes: sql<string | null>`sum(${kept.size})` }).from(kept);
  const taken = Number(used?.bytes ?? 0) + (await readPendingBytes(tx, workspaceId, "file"));
  if (taken + bytes > workspaceQuota) throw new AppError("QUOTA_EXCEEDED");
}

/**
 * Makes sure that the archives on their way into a workspace don't fill the disk: together they may take as much as its
 * files may, beside them. What is in them is counted when it is unpacked. To be called while the files are held.
 * @throws AppError QUOTA_EXCEEDED
 */
export async function assertArchiveQuota(
  tx: Tx,
  { workspaceQuota, maxImportBytes }: Pick<DomainSettings, "workspaceQuota" | "maxImportBytes">,
  workspaceId: string,
  bytes: number,
): Promise<void> {
  const most = Math.max(workspaceQuota, maxImportBytes);
  if ((await readPendingBytes(tx, workspaceId, "import")) + bytes > most)
    throw new AppError("QUOTA_EXCEEDED");
}

/** How many bytes are on their way, from anyone or from one person. */
async function readPendingBytes(
  tx: Tx,
  workspaceId: string,
  purpose: UploadRow["purpose"],
  userId?: string,
): Promise<number> {
  const [row] = await tx
    .select({ bytes: sql<string | null>`sum(${fileUploads.size})` })
    .from(fileUploads)
    .where(
      and(
        eq(fileUploads.workspaceId, workspaceId),
        gt(fileUploads.expiresAt, sql`now()`),
        isNull(fileUploads.completedAt),
        eq(fileUploads.purpose, purpose),
        userId === undefined ? undefined : eq(fileUploads.uploadedBy, userId),
      ),
    );
  return Number(row?.bytes ?? 0);
}
