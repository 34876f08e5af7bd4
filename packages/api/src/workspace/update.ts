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
 * Changes a workspace's name, description or language; a description of null removes it.
 *
 * A new language reindexes all documents without a language of their own, in the same transaction. Concurrent changes
 * in the workspace wait: a few seconds per thousand documents of a page or two. Reads do not wait.
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

/** Reindexes the documents that use their workspace's language, including those in the trash. */
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
