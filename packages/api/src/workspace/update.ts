import type { Language, Workspace, WorkspaceUpdateInput } from "@mdreader/contract";
import { documents, type Tx, workspaces } from "@mdreader/db";
import { and, eq, inArray, isNull, ne, sql } from "drizzle-orm";

import type { WorkspaceAccess } from "../access/authorize.ts";
import { change, changeAlone } from "../access/change.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { workspaceColumns } from "./columns.ts";

/** How many documents one statement indexes anew: few enough to stay far from the statement time-out. */
const reindexBatch = 200;

/**
 * Changes name, description or language; a description of null removes it.
 *
 * Another language indexes all documents that have none of their own anew, in the same transaction. Nobody else changes
 * the workspace meanwhile, which may take a while: some seconds for each few thousand documents.
 */
export function updateWorkspace(
  ctx: Context,
  access: WorkspaceAccess<"workspace.update">,
  { name, description, language }: WorkspaceUpdateInput,
): Promise<Workspace> {
  const { workspaceId } = access;
  const changes = language === undefined ? change : changeAlone;
  return changes(ctx, "workspace.update", access, async ({ tx, role, record }) => {
    if (language !== undefined) await reindex(tx, workspaceId, language);
    const [updated] = await tx
      .update(workspaces)
      .set({ name, description, language, updatedAt: sql`now()` })
      .where(eq(workspaces.id, workspaceId))
      .returning(workspaceColumns);
    if (updated === undefined) throw new AppError("NOT_FOUND");
    record({ kind: "workspace.updated", subjectName: updated.name });
    return { ...updated, role };
  });
}

/** Has the documents that take their workspace's language indexed in `language`, those in the trash too. */
async function reindex(tx: Tx, workspaceId: string, language: Language): Promise<void> {
  const outdated = tx
    .select({ id: documents.id })
    .from(documents)
    .where(
      and(
        eq(documents.workspaceId, workspaceId),
        isNull(documents.language),
        ne(documents.searchLanguage, language),
      ),
    )
    .limit(reindexBatch);
  for (;;) {
    const indexed = await tx
      .update(documents)
      .set({ searchLanguage: language })
      .where(inArray(documents.id, outdated))
      .returning({ id: documents.id });
    if (indexed.length < reindexBatch) return;
  }
}
