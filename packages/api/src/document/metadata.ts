import { documentLog, type DocumentRow, documents, type Tx } from "@mdreader/db";
import { and, eq, inArray, isNotNull, isNull, sql } from "drizzle-orm";

import type { DeletionState } from "../access/subject-queries.ts";
import { AppError } from "../errors.ts";

/** What around a document's text can be changed. */
export type MetaChange = Partial<
  Pick<
    DocumentRow,
    "title" | "folderId" | "language" | "searchLanguage" | "deletedAt" | "deletedBy" | "deletedWith"
  >
> & { searchPairs?: string[] };

/**
 * What a row becomes with one more entry in its log that leaves the text as it is: if the row has the newest text, it
 * still has.
 */
export const advanceVersion = {
  version: sql`${documents.version} + 1`,
  contentVersion: sql`case when ${documents.contentVersion} = ${documents.version}
    then ${documents.contentVersion} + 1 else ${documents.contentVersion} end`,
  historyVersion: sql`case when ${documents.historyVersion} = ${documents.version}
    then ${documents.historyVersion} + 1 else ${documents.historyVersion} end`,
};

/**
 * Changes what is around the text of documents, and says so in their logs: whoever follows one sees it in its place
 * among the edits. The caller announces the new versions after the commit.
 *
 * @param state Where the documents must be. Those that are not there are left as they are.
 * @returns The rows after the change.
 */
export async function updateMeta(
  tx: Tx,
  ids: readonly string[],
  set: MetaChange,
  authorId: string,
  state: DeletionState = "live",
): Promise<(typeof documents.$inferSelect)[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .update(documents)
    .set({
      ...set,
      ...advanceVersion,
      updatedAt: sql`now()`,
      updatedBy: authorId,
    })
    .where(
      and(
        inArray(documents.id, [...ids]),
        state === "live" ? isNull(documents.deletedAt) : isNotNull(documents.deletedAt),
      ),
    )
    .returning();
  if (rows.length === 0) return [];
  await tx.insert(documentLog).values(
    rows.map(({ id, workspaceId, version, title, folderId, deletedAt }) => ({
      documentId: id,
      workspaceId,
      seq: version,
      kind: "meta" as const,
      meta: { title, folderId, deleted: deletedAt !== null },
      authorId,
    })),
  );
  return rows;
}

/**
 * The same for one.
 * @throws AppError NOT_FOUND when it is not there any more; VERSION_CONFLICT when it is there in another version than expected.
 */
export async function updateMetaOf(
  tx: Tx,
  id: string,
  set: MetaChange,
  authorId: string,
  { state, expectedVersion }: { state?: DeletionState; expectedVersion?: number | undefined } = {},
): Promise<typeof documents.$inferSelect> {
  if (expectedVersion !== undefined && (await lockDocument(tx, id)).version !== expectedVersion) {
    throw new AppError("VERSION_CONFLICT");
  }
  const [row] = await updateMeta(tx, [id], set, authorId, state);
  if (row === undefined) throw new AppError("NOT_FOUND");
  return row;
}

/** Waits until nobody else writes to a document, and reads it. @throws AppError NOT_FOUND */
export async function lockDocument(tx: Tx, id: string): Promise<typeof documents.$inferSelect> {
  const [row] = await tx.select().from(documents).where(eq(documents.id, id)).for("no key update");
  if (row === undefined) throw new AppError("NOT_FOUND");
  return row;
}

/**
 * Waits until nobody else writes to a document, so that changes of what hangs on it take turns.
 * @throws AppError NOT_FOUND when it is in the trash by then.
 */
export async function lockActiveDocument(tx: Tx, id: string): Promise<void> {
  const [row] = await tx
    .select({ id: documents.id })
    .from(documents)
    .where(and(eq(documents.id, id), isNull(documents.deletedAt)))
    .for("no key update");
  if (row === undefined) throw new AppError("NOT_FOUND");
}
