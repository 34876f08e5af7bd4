import { type LoggedComment, documentLog, documents, type Tx } from "@mdreader/db";
import { eq } from "drizzle-orm";

import { AppError } from "../../errors.ts";
import { advanceVersion } from "../metadata.ts";

/**
 * Records a comment event in a document's log, so that subscribers receive it in order, including those that resume
 * later. The document's edit time does not change. Call it while holding the document's lock; the caller announces
 * the version after the commit.
 *
 * @returns The version.
 */
export async function logComment(
  tx: Tx,
  documentId: string,
  comment: LoggedComment,
  authorId: string,
): Promise<number> {
  const [document] = await tx
    .update(documents)
    .set(advanceVersion)
    .where(eq(documents.id, documentId))
    .returning({ workspaceId: documents.workspaceId, version: documents.version });
  if (document === undefined) throw new AppError("NOT_FOUND");
  const { workspaceId, version } = document;
  await tx
    .insert(documentLog)
    .values({ documentId, workspaceId, seq: version, kind: "comment", comment, authorId });
  return version;
}
