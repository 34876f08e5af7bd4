import { type DocumentRow, documents, executePrepared, type Tx } from "@mdreader/db";
import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";

import { type DeletionState, documentColumns } from "../access/resources.ts";
import { AppError } from "../errors.ts";

/** The changeable metadata of a document. */
export type MetaChange = Partial<
  Pick<
    DocumentRow,
    | "title"
    | "folderId"
    | "position"
    | "language"
    | "searchLanguage"
    | "deletedAt"
    | "deletedBy"
    | "deletedWith"
  >
>;

/** Column values for one more log entry that does not change the text: a row whose text is current stays current. */
export const advanceVersion = {
  version: sql`${documents.version} + 1`,
  contentVersion: sql`case when ${documents.contentVersion} = ${documents.version}
    then ${documents.contentVersion} + 1 else ${documents.contentVersion} end`,
  historyVersion: sql`case when ${documents.historyVersion} = ${documents.version}
    then ${documents.historyVersion} + 1 else ${documents.historyVersion} end`,
};

/**
 * Changes the metadata of documents, and records it in their logs, so that subscribers receive it in order with the
 * edits. The caller announces the new versions after the commit.
 *
 * @param authorId Null if the author is no longer known.
 * @param state The required state of the documents. Others are not changed.
 * @returns The changed rows.
 */
export async function updateMeta(
  tx: Tx,
  ids: readonly string[],
  set: MetaChange,
  authorId: string | null,
  state: DeletionState = "live",
): Promise<DocumentRow[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .update(documents)
    .set({
      ...set,
      ...advanceVersion,
      updatedAt: sql`now()`,
      ...(authorId !== null && { updatedBy: authorId }),
    })
    .where(
      and(
        sql`${documents.id} = any(${sql.param(ids)}::uuid[])`,
        state === "live" ? isNull(documents.deletedAt) : isNotNull(documents.deletedAt),
      ),
    )
    .returning(documentColumns);
  if (rows.length === 0) return [];
  await executePrepared(
    tx,
    sql`
    insert into document_log (document_id, workspace_id, seq, kind, meta, author_id)
    select id, workspace_id, version, 'meta',
      jsonb_build_object('title', title, 'folderId', folder_id, 'deleted', deleted_at is not null), ${authorId}::uuid
    from documents where id = any(${sql.param(rows.map(({ id }) => id))}::uuid[])`,
  );
  return rows;
}

/**
 * Changes the metadata of one document.
 * @throws AppError NOT_FOUND when it no longer exists in that state; VERSION_CONFLICT when its version differs from
 *   the expected one.
 */
export async function updateDocumentMeta(
  tx: Tx,
  id: string,
  set: MetaChange,
  authorId: string,
  { state, expectedVersion }: { state?: DeletionState; expectedVersion?: number | undefined },
): Promise<DocumentRow> {
  if (expectedVersion !== undefined && (await lockDocument(tx, id)).version !== expectedVersion) {
    throw new AppError("VERSION_CONFLICT");
  }
  const [row] = await updateMeta(tx, [id], set, authorId, state);
  if (row === undefined) throw new AppError("NOT_FOUND");
  return row;
}

/** Locks a document against other writes, and reads it. @throws AppError NOT_FOUND */
export async function lockDocument(tx: Tx, id: string): Promise<typeof documents.$inferSelect> {
  const [row] = await tx.select().from(documents).where(eq(documents.id, id)).for("no key update");
  if (row === undefined) throw new AppError("NOT_FOUND");
  return row;
}

/**
 * Locks a document against other writes, so that changes of its dependent rows are serialized.
 * @throws AppError NOT_FOUND when it is in the trash.
 */
export async function lockActiveDocument(tx: Tx, id: string): Promise<void> {
  const [row] = await tx
    .select({ id: documents.id })
    .from(documents)
    .where(and(eq(documents.id, id), isNull(documents.deletedAt)))
    .for("no key update");
  if (row === undefined) throw new AppError("NOT_FOUND");
}
