import type { EmptyResult } from "@mdreader/contract";
import { comments, commentThreads } from "@mdreader/db";
import { and, eq, notExists } from "drizzle-orm";

import { authorize, type DocumentAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Services } from "../../context.ts";
import { publishVersion } from "../collab/store/document-channel.ts";
import { lockActiveDocument } from "../metadata.ts";
import { readCommentRow } from "./columns.ts";
import { logComment } from "./log-comment.ts";

/**
 * Deletes a comment of the caller, or, for admins, of anyone. Other comments of its thread remain; the thread is
 * deleted with its last comment.
 *
 * @throws AppError NOT_FOUND for a comment of another document; ROLE_TOO_LOW for another author's comment.
 */
export async function deleteComment(
  services: Services,
  access: DocumentAccess<"comment.delete">,
  id: string,
): Promise<EmptyResult> {
  const { document, caller } = access;
  const version = await mutateWorkspace(services, "comment.delete", access, async ({ tx, role }) => {
    await lockActiveDocument(tx, document.id);
    const { threadId, authorId } = await readCommentRow(tx, document.id, id);
    if (authorId !== caller.userId) authorize("comment.moderate", { caller, role });

    const logged = { event: "deleted" as const, threadId, commentId: id };
    const next = await logComment(tx, document.id, logged, caller.userId);
    await tx.delete(comments).where(eq(comments.id, id));
    const rest = tx.select({ id: comments.id }).from(comments).where(eq(comments.threadId, threadId));
    await tx.delete(commentThreads).where(and(eq(commentThreads.id, threadId), notExists(rest)));
    return next;
  });
  publishVersion(services, document.id, version);
  return { ok: true };
}
