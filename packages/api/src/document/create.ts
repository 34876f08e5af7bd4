import type { Document, DocumentCreateInput } from "@mdreader/contract";
import { type DocumentRow, documents, documentVersions, createId, type Tx, workspaces } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { WorkspaceAccess } from "../access/authorize.ts";
import { mutateWorkspace } from "../access/authorized-transaction.ts";
import { documentColumns } from "../access/resources.ts";
import type { Ports } from "../ports.ts";
import { createGroups } from "../util/groups.ts";
import { initializeLogs } from "./collab/store/log.ts";
import { findFolder } from "./folder/find.ts";
import { buildFirstVersion } from "./version/build-versions.ts";

type CreateAccess = WorkspaceAccess<"document.create">;
type CreatePorts = Pick<Ports, "database" | "bus">;

/** A document to create. */
export type NewDocument = Pick<DocumentCreateInput, "title" | "content" | "language">;

/** Where documents are created, and why: `imported` for texts from existing files. */
export interface CreateTarget {
  folderId: string | null;
  reason?: "created" | "imported";
  /** Work to commit together with each document. */
  withinTransaction?: (tx: Tx, row: DocumentRow) => Promise<void>;
}

/**
 * Creates documents in a folder in one transaction, and saves their first versions.
 * @throws AppError NOT_FOUND for a folder of another workspace.
 */
export function createDocuments(
  services: CreatePorts,
  access: CreateAccess,
  drafts: readonly NewDocument[],
  { folderId, reason = "created", withinTransaction }: CreateTarget,
): Promise<Document[]> {
  const { workspaceId, caller } = access;
  const { userId: authorId, tool } = caller;
  return mutateWorkspace(services, "document.create", access, async ({ tx, role, emit }) => {
    if (folderId !== null) await findFolder(tx, workspaceId, folderId);
    const [workspace] = await tx
      .select({ language: workspaces.language })
      .from(workspaces)
      .where(eq(workspaces.id, workspaceId));
    const identified = drafts.map((draft) => ({ ...draft, id: createId() }));
    const rows = await tx
      .insert(documents)
      .values(
        identified.map(({ id, title, content, language = null }) => ({
          id,
          workspaceId,
          folderId,
          title,
          content,
          size: Buffer.byteLength(content),
          language,
          searchLanguage: language ?? workspace?.language ?? "simple",
          historyNumber: 1,
          historyVersion: 1,
          createdBy: authorId,
          updatedBy: authorId,
        })),
      )
      .returning(documentColumns);
    await initializeLogs(tx, identified, { workspaceId, authorId, tool });
    await tx.insert(documentVersions).values(
      identified.map(({ id, title, content }) => ({
        documentId: id,
        workspaceId,
        title,
        ...buildFirstVersion(content, reason, { userId: authorId, tool }),
      })),
    );
    const texts = new Map(identified.map(({ id, content }) => [id, content]));
    for (const row of rows) {
      await withinTransaction?.(tx, row);
      emit({ kind: "document.created", subjectId: row.id, subjectName: row.title });
    }
    return rows.map((row) => ({ ...row, content: texts.get(row.id) ?? "", role }));
  });
}

/** Creates documents for callers of this process. */
export interface DocumentCreator {
  /** @throws AppError as `createDocuments`. */
  create(access: CreateAccess, draft: Omit<DocumentCreateInput, "workspaceId">): Promise<Document>;
}

/** Maximum number of documents that are created in one transaction, and of their UTF-16 units. */
const maxCreated = { count: 100, length: 1_000_000 };

/**
 * Creates documents one by one, or in groups: those that a caller sends while others are being committed to the same
 * folder share the next transaction. A program that creates many documents sends several at a time.
 */
export function createDocumentCreator(services: CreatePorts): DocumentCreator {
  const groups = createGroups<
    { access: CreateAccess; draft: NewDocument; folderId: string | null },
    Document
  >(
    async (items) => {
      const [first] = items;
      if (first === undefined) return [];
      const drafts = items.map(({ draft }) => draft);
      return createDocuments(services, first.access, drafts, { folderId: first.folderId });
    },
    { maxCount: maxCreated.count, maxWeight: maxCreated.length, weigh: ({ draft }) => draft.content.length },
  );
  return {
    create(access, { folderId = null, ...draft }) {
      const { workspaceId, caller } = access;
      const { userId, sessionId, keyId } = caller;
      return groups([workspaceId, folderId, userId, sessionId, keyId].join(" "), { access, draft, folderId });
    },
  };
}
