import { type Executor, files, fileUploads, type Tx, type UploadRow, workspaces } from "@mdreader/db";
import { and, eq, gt, isNull, sql } from "drizzle-orm";

import { readInstanceSettings } from "../auth/admin/settings/instance-settings.ts";
import { AppError } from "../errors.ts";
import type { DomainSettings } from "../ports.ts";

/**
 * Maximum part of the quota that one user's announced but unsent bytes may reserve, because announcing sends no bytes.
 */
const maxAnnouncedFraction = 1 / 4;

/**
 * Ensures that these additional bytes fit into the workspace's quota, which counts its files, including those in the
 * trash, and pending uploads. Must be called under the file lock.
 * @throws AppError QUOTA_EXCEEDED
 */
export async function assertQuota(
  tx: Tx,
  settings: QuotaSettings,
  { workspaceId, userId }: { workspaceId: string; userId: string },
  bytes: number,
): Promise<void> {
  const workspaceQuota = await readQuota(tx, settings, workspaceId);
  const maxAnnounced = Math.max(workspaceQuota * maxAnnouncedFraction, settings.maxUploadBytes);
  if ((await readPendingBytes(tx, workspaceId, "file", userId)) + bytes > maxAnnounced) {
    throw new AppError("QUOTA_EXCEEDED");
  }
  if ((await readUsedBytes(tx, workspaceId)) + bytes > workspaceQuota) throw new AppError("QUOTA_EXCEEDED");
}

/** Returns the number of bytes of a workspace's files, including those in the trash, and of its pending uploads. */
export async function readUsedBytes(db: Executor, workspaceId: string): Promise<number> {
  const stored = db
    .selectDistinct({ hash: files.hash, size: files.size })
    .from(files)
    .where(eq(files.workspaceId, workspaceId))
    .as("stored");
  const [used] = await db.select({ bytes: sql<string | null>`sum(${stored.size})` }).from(stored);
  return Number(used?.bytes ?? 0) + (await readPendingBytes(db, workspaceId, "file"));
}

/**
 * Ensures that a workspace's pending archives do not fill the disk: together they may use as much space as its files,
 * in addition to them. Their contents are counted when they are unpacked. Must be called under the file lock.
 * @throws AppError QUOTA_EXCEEDED
 */
export async function assertArchiveQuota(
  tx: Tx,
  settings: QuotaSettings,
  workspaceId: string,
  bytes: number,
): Promise<void> {
  const maxPending = Math.max(await readQuota(tx, settings, workspaceId), settings.maxImportBytes);
  if ((await readPendingBytes(tx, workspaceId, "import")) + bytes > maxPending)
    throw new AppError("QUOTA_EXCEEDED");
}

type QuotaSettings = Pick<DomainSettings, "fixedInstanceSettings" | "maxUploadBytes" | "maxImportBytes">;

/** Returns the maximum total size of a workspace's files in bytes: its own quota, or the instance's default. */
export async function readQuota(db: Executor, settings: QuotaSettings, workspaceId: string): Promise<number> {
  const [workspace] = await db
    .select({ bytes: workspaces.quotaBytes })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  if (typeof workspace?.bytes === "number") return workspace.bytes;
  const { workspaceQuotaMb } = await readInstanceSettings(db, { settings });
  return workspaceQuotaMb * 1024 * 1024;
}

/** Returns the number of pending bytes, of all users or of one. */
async function readPendingBytes(
  db: Executor,
  workspaceId: string,
  purpose: UploadRow["purpose"],
  userId?: string,
): Promise<number> {
  const [row] = await db
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
