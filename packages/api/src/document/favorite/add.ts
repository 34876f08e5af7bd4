import type { EmptyResult } from "@mdreader/contract";
import { documentFavorites } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { DocumentAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";

/** Maximum number of favorites per person and workspace. */
const maxFavorites = 100;

/** Adds a document to the caller's favorites. @throws AppError LIMIT_REACHED */
export function addFavorite(
  services: Services,
  access: DocumentAccess<"favorite.update">,
): Promise<EmptyResult> {
  const { document, workspaceId, caller } = access;
  return mutateWorkspace(services, "favorite.update", access, async ({ tx }) => {
    const own = and(
      eq(documentFavorites.userId, caller.userId),
      eq(documentFavorites.workspaceId, workspaceId),
    );
    if ((await tx.$count(documentFavorites, own)) >= maxFavorites) throw new AppError("LIMIT_REACHED");
    await tx
      .insert(documentFavorites)
      .values({ userId: caller.userId, documentId: document.id, workspaceId })
      .onConflictDoNothing();
    return { ok: true as const };
  });
}
