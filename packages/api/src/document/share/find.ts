import { type Executor, documents, shareLinks, workspaces } from "@mdreader/db";
import { and, eq, gt, isNull, or, type SQL } from "drizzle-orm";

import { hashSecret } from "../../auth/secrets.ts";
import { AppError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";

/** Matches shares that have not expired. Revoked shares have no row. */
export function isShareUnexpired({ clock }: Pick<Ports, "clock">): SQL | undefined {
  return or(isNull(shareLinks.expiresAt), gt(shareLinks.expiresAt, clock.now().toISOString()));
}

/** A valid share, with its document's row. */
export type ValidShare = Awaited<ReturnType<typeof findShare>>;

/**
 * Finds the share of a token, if it is valid and its document exists.
 *
 * @throws AppError NOT_FOUND, the same for an unknown token, a revoked or expired share, and a share whose document
 *   or workspace is deleted. The share is valid again once that is restored.
 */
export async function findShare({ database, clock }: Pick<Ports, "database" | "clock">, token: string) {
  const [found] = await selectShare(database.db).where(
    and(eq(shareLinks.tokenHash, hashSecret(token)), isShareUnexpired({ clock })),
  );
  if (found === undefined) throw new AppError("NOT_FOUND");
  return found;
}

/** Finds the title of a shared document for previews of its link; null for unknown shares and those with a password. */
export async function findShareTitle(
  { database, clock }: Pick<Ports, "database" | "clock">,
  token: string,
): Promise<string | null> {
  const [found] = await selectShare(database.db).where(
    and(
      eq(shareLinks.tokenHash, hashSecret(token)),
      isShareUnexpired({ clock }),
      isNull(shareLinks.passwordHash),
    ),
  );
  return found?.title ?? null;
}

function selectShare(db: Executor) {
  return db
    .select({
      id: shareLinks.id,
      passwordHash: shareLinks.passwordHash,
      expiresAt: shareLinks.expiresAt,
      documentId: documents.id,
      workspaceId: documents.workspaceId,
      folderId: documents.folderId,
      title: documents.title,
      version: documents.version,
      contentVersion: documents.contentVersion,
      updatedAt: documents.updatedAt,
    })
    .from(shareLinks)
    .innerJoin(documents, and(eq(documents.id, shareLinks.documentId), isNull(documents.deletedAt)))
    .innerJoin(workspaces, and(eq(workspaces.id, documents.workspaceId), isNull(workspaces.deletedAt)))
    .$dynamic();
}
