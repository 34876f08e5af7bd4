import type { EmptyResult } from "@mdreader/contract";
import { documentFavorites, documents, type Tx } from "@mdreader/db";
import { and, count, eq, isNull } from "drizzle-orm";

import type { DocumentAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";

/** Maximum number of favorites per person and workspace, without documents in the trash, which nobody sees. */
const maxFavorites = 100;

/** Adds a document to the caller's favorites. @throws AppError LIMIT_REACHED */
export function addFavorite(
  services: Services,
  access: DocumentAccess<"favorite.update">,
): Promise<EmptyResult> {
  const { document, workspaceId, caller } = access;
  return mutateWorkspace(services, "favorite.update", access, async ({ tx }) => {
    const [added] = await tx
      .insert(documentFavorites)
      .values({ userId: caller.userId, documentId: document.id, workspaceId })
      .onConflictDoNothing()
      .returning({ id: documentFavorites.id });
    if (added !== undefined && (await countFavorites(tx, access)) > maxFavorites) {
      throw new AppError("LIMIT_REACHED");
    }
    return { ok: true as const };
  });
}

async function countFavorites(
  tx: Tx,
  { caller, workspaceId }: DocumentAccess<"favorite.update">,
): Promise<number> {
  const [favorites] = await tx
    .select({ total: count() })
    .from(documentFavorites)
    .innerJoin(documents, eq(documents.id, documentFavorites.documentId))
    .where(
      and(
        eq(documentFavorites.userId, caller.userId),
        eq(documentFavorites.workspaceId, workspaceId),
        isNull(documents.deletedAt),
      ),
    );
  return favorites?.total ?? 0;
}
