import type { EmptyResult } from "@mdreader/contract";
import { createId, documentVisits } from "@mdreader/db";
import { and, desc, eq, inArray } from "drizzle-orm";

import type { DocumentAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Services } from "../../context.ts";

/** Maximum number of visits per person and workspace. */
const maxVisits = 50;

/** Records that the caller opened a document, and forgets the oldest visits. */
export function recordVisit(
  services: Services,
  access: DocumentAccess<"visit.record">,
): Promise<EmptyResult> {
  const { document, workspaceId, caller } = access;
  const { userId } = caller;
  return mutateWorkspace(services, "visit.record", access, async ({ tx }) => {
    const id = createId();
    await tx
      .insert(documentVisits)
      .values({ id, userId, documentId: document.id, workspaceId })
      .onConflictDoUpdate({ target: [documentVisits.userId, documentVisits.documentId], set: { id } });
    const old = tx
      .select({ id: documentVisits.id })
      .from(documentVisits)
      .where(and(eq(documentVisits.userId, userId), eq(documentVisits.workspaceId, workspaceId)))
      .orderBy(desc(documentVisits.id))
      .offset(maxVisits);
    await tx.delete(documentVisits).where(inArray(documentVisits.id, old));
    return { ok: true as const };
  });
}
