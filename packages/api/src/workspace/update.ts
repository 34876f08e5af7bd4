import type { Language, Workspace, WorkspaceUpdateInput } from "@mdreader/contract";
import { documents, type Tx, workspaces } from "@mdreader/db";
import { and, eq, isNull, ne, sql } from "drizzle-orm";

import type { WorkspaceAccess } from "../access/authorize.ts";
import { mutateWorkspace, mutateWorkspaceExclusive } from "../access/authorized-transaction.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { workspaceColumns } from "./columns.ts";
import { extendStatementTimeout } from "./statement-timeout.ts";

/**
 * Changes name, description or language; a description of null removes it.
 *
 * Another language indexes all documents that have none of their own anew, in the same transaction. Whoever changes
 * something in the workspace meanwhile waits, which may take a while: a few seconds for each thousand documents of a page
 * or two. Who reads does not wait.
 */
export function updateWorkspace(
  ctx: Context,
  access: WorkspaceAccess<"workspace.update">,
  { name, description, language }: WorkspaceUpdateInput,
): Promise<Workspace> {
  const { workspaceId } = access;
  const changes = language === undefined ? mutateWorkspace : mutateWorkspaceExclusive;
  return changes(ctx, "workspace.update", access, async ({ tx, role, emit }) => {
    if (language !== undefined) await reindexDocuments(tx, workspaceId, language);
    const [updated] = await tx
      .update(workspaces)
      .set({ name, description, language, updatedAt: sql`now()` })
      .where(eq(workspaces.id, workspaceId))
      .returning(workspaceColumns);
    if (updated === undefined) throw new AppError("NOT_FOUND");
    emit({ kind: "workspace.updated", subjectName: updated.name });
    return { ...updated, role };
  });
}

/** Has the documents that take their workspace's language indexed in `language`, those in the trash too. */
async function reindexDocuments(tx: Tx, workspaceId: string, language: Language): Promise<void> {
  await extendStatementTimeout(tx);
  await tx
    .update(documents)
    .set({ searchLanguage: language })
    .where(
      and(
        eq(documents.workspaceId, workspaceId),
        isNull(documents.language),
        ne(documents.searchLanguage, language),
      ),
    );
}
