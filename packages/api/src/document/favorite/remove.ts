import type { EmptyResult } from "@mdreader/contract";
import { documentFavorites } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { DocumentAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Services } from "../../context.ts";

/** Removes a document from the caller's favorites, even if it is in the trash. */
export function removeFavorite(
  services: Services,
  access: DocumentAccess<"favorite.update">,
): Promise<EmptyResult> {
  const { document, caller } = access;
  return mutateWorkspace(services, "favorite.update", access, async ({ tx }) => {
    await tx
      .delete(documentFavorites)
      .where(and(eq(documentFavorites.userId, caller.userId), eq(documentFavorites.documentId, document.id)));
    return { ok: true as const };
  });
}
