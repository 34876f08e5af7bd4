import type { EmptyResult } from "@mdreader/contract";
import { shareLinks } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { DocumentAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";

/** Revokes a link immediately. @throws AppError NOT_FOUND for a link to another document. */
export function revokeShare(
  services: Services,
  access: DocumentAccess<"share.revoke">,
  id: string,
): Promise<EmptyResult> {
  const { document } = access;
  return mutateWorkspace(services, "share.revoke", access, async ({ tx, emit }) => {
    const revoked = await tx
      .delete(shareLinks)
      .where(and(eq(shareLinks.id, id), eq(shareLinks.documentId, document.id)))
      .returning({ id: shareLinks.id });
    if (revoked.length === 0) throw new AppError("NOT_FOUND");
    emit({ kind: "share.revoked", subjectId: document.id, subjectName: document.title });
    return { ok: true };
  });
}
