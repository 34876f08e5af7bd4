import type { Document, DocumentCreateInput } from "@mdreader/contract";
import { type DocumentRow, documents, documentVersions, createId, type Tx, workspaces } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { WorkspaceAccess } from "../access/authorize.ts";
import { mutateWorkspace } from "../access/authorized-transaction.ts";
import type { Services } from "../context.ts";
import { AppError } from "../errors.ts";
import { initializeLog } from "./collab/store/log.ts";
import { findFolder } from "./folder/find.ts";
import { toSearchTokens } from "./search/tokens.ts";
import { buildFirstVersion } from "./version/build-versions.ts";

/**
 * Creates a document, and saves its first version.
 *
 * @param reason Why the version exists: `imported` for a text from an existing file.
 * @param withinTransaction Work to commit together with the document.
 * @throws AppError NOT_FOUND for a folder of another workspace.
 */
export function createDocument(
  services: Services,
  access: WorkspaceAccess<"document.create">,
  { title, content, folderId = null, language = null }: Omit<DocumentCreateInput, "workspaceId">,
  reason: "created" | "imported" = "created",
  withinTransaction?: (tx: Tx, row: Omit<DocumentRow, "content">) => Promise<void>,
): Promise<Document> {
  const { workspaceId, caller } = access;
  return mutateWorkspace(services, "document.create", access, async ({ tx, role, emit }) => {
    if (folderId !== null) await findFolder(tx, workspaceId, folderId);
    const [workspace] = await tx
      .select({ language: workspaces.language })
      .from(workspaces)
      .where(eq(workspaces.id, workspaceId));
    const size = Buffer.byteLength(content);
    const id = createId();
    const [row] = await tx
      .insert(documents)
      .values({
        id,
        workspaceId,
        folderId,
        title,
        content,
        size,
        language,
        searchLanguage: language ?? workspace?.language ?? "simple",
        searchTokens: toSearchTokens(title, content),
        historyNumber: 1,
        historyVersion: 1,
        createdBy: caller.userId,
        updatedBy: caller.userId,
      })
      .returning();
    if (row === undefined) throw new AppError("INTERNAL");
    const { userId: authorId, tool } = caller;
    await initializeLog(tx, { documentId: id, workspaceId, content, authorId, tool });
    await tx.insert(documentVersions).values({
      documentId: id,
      workspaceId,
      title,
      ...buildFirstVersion(content, reason, { userId: authorId, tool }),
    });
    await withinTransaction?.(tx, row);
    emit({ kind: "document.created", subjectId: id, subjectName: title });
    return { ...row, role };
  });
}
