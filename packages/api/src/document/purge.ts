import type { EmptyResult } from "@mdreader/contract";
import { documents } from "@mdreader/db";
import { and, eq, isNotNull } from "drizzle-orm";

import type { DocumentAccess } from "../access/authorize.ts";
import { mutateWorkspace } from "../access/authorized-transaction.ts";
import type { Services } from "../context.ts";
import { AppError } from "../errors.ts";

/** Permanently deletes a document and its attachments from the trash. */
export function purgeDocument(
  services: Services,
  access: DocumentAccess<"document.purge">,
): Promise<EmptyResult> {
  const { document } = access;
  return mutateWorkspace(services, "document.purge", access, async ({ tx, emit }) => {
    const purged = await tx
      .delete(documents)
      .where(and(eq(documents.id, document.id), isNotNull(documents.deletedAt)))
      .returning({ id: documents.id });
    if (purged.length === 0) throw new AppError("NOT_FOUND");
    emit({ kind: "document.purged", subjectId: document.id });
    return { ok: true };
  });
}
