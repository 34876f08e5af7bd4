import { advisoryLocks, files, fileUploads, type Tx } from "@mdreader/db";
import { and, eq, inArray, lt, notInArray, sql } from "drizzle-orm";

import type { Services } from "../context.ts";
import { computePurgeCutoff } from "../document/deletion-columns.ts";
import { selectPending } from "../document/folder/find.ts";
import { batchSize, deleteInBatches } from "../util/delete-in-batches.ts";
import { lockFiles } from "./file-paths.ts";

/** Milliseconds that stored bytes may exist without a row, because the row may be about to be written. */
const graceMs = 3_600_000;

/**
 * Permanently deletes files whose time in the trash is over, expired incomplete uploads, and bytes that no file uses
 * any longer or that a crashed server left behind.
 *
 * @returns The number of deleted files, uploads and stored objects.
 */
export async function sweepFiles(services: Services): Promise<number> {
  return (
    (await sweepTrashedFiles(services)) +
    (await sweepUploads(services)) +
    (await sweepDrafts(services)) +
    (await sweepBytes(services))
  );
}

async function sweepTrashedFiles(services: Services): Promise<number> {
  const { db } = services.database;
  const before = computePurgeCutoff(services);
  const expired = db
    .select({ id: files.id })
    .from(files)
    .where(and(lt(files.deletedAt, before), notInArray(files.deletedWith, selectPending(db))))
    .limit(batchSize);
  return deleteInBatches(() =>
    db.delete(files).where(inArray(files.id, expired)).returning({ id: files.id }),
  );
}

async function sweepUploads({ database: { db }, clock }: Services): Promise<number> {
  const expired = db
    .select({ id: fileUploads.id })
    .from(fileUploads)
    .where(lt(fileUploads.expiresAt, clock.now().toISOString()))
    .limit(batchSize);
  return deleteInBatches(() =>
    db.delete(fileUploads).where(inArray(fileUploads.id, expired)).returning({ id: fileUploads.id }),
  );
}

/** Deletes drafts whose upload no longer exists. */
async function sweepDrafts({ database: { db }, storage, clock }: Services): Promise<number> {
  const before = clock.now().getTime() - graceMs;
  let count = 0;
  for await (const { key: id, writtenAt } of storage.listDrafts()) {
    if (writtenAt.getTime() > before) continue;
    const [upload] = await db.select({ id: fileUploads.id }).from(fileUploads).where(eq(fileUploads.id, id));
    if (upload !== undefined) continue;
    await storage.deleteDraft(id);
    count += 1;
  }
  return count;
}

/**
 * Deletes unused bytes. Runs exclusively with uploads that are being completed with the same bytes. While a backup reads
 * files, their bytes remain until the next sweep.
 */
async function sweepBytes({ database: { db }, storage, clock }: Services): Promise<number> {
  const before = clock.now().getTime() - graceMs;
  let count = 0;
  for await (const { key, writtenAt } of storage.listObjects()) {
    const owner = parseOwner(key);
    if (owner === null || writtenAt.getTime() > before) continue;
    const { workspaceId, hash } = owner;
    const isUsed = and(eq(files.workspaceId, workspaceId), eq(files.hash, hash));
    const removed = await db.transaction(async (tx) => {
      const used = () => tx.select({ id: files.id }).from(files).where(isUsed).limit(1);
      if ((await used()).length > 0) return false;
      if (!(await lockFileRemoval(tx))) return false;
      await lockFiles(tx, workspaceId);
      if ((await used()).length > 0) return false;
      await storage.remove(key);
      return true;
    });
    if (removed) count += 1;
  }
  return count;
}

/** Returns whether no backup is running. None starts until the transaction ends. */
async function lockFileRemoval(tx: Tx): Promise<boolean> {
  const [row] = await tx.execute<{ isFree: boolean }>(
    sql`select pg_try_advisory_xact_lock(${advisoryLocks.fileRemoval}) as "isFree"`,
  );
  return row?.isFree === true;
}

/** Parses the owner of a storage key, also for derived bytes such as thumbnails. */
function parseOwner(key: string): { workspaceId: string; hash: Uint8Array } | null {
  const parts = /^(?<workspaceId>[\da-f-]{36})\/[\da-f]{2}\/(?<hash>[\da-f]{64})(?:\.|$)/.exec(key)?.groups;
  if (parts?.["workspaceId"] === undefined || parts["hash"] === undefined) return null;
  return { workspaceId: parts["workspaceId"], hash: Buffer.from(parts["hash"], "hex") };
}
