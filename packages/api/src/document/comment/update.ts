import type { Comment, CommentUpdateInput } from "@mdreader/contract";
import { comments } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { DocumentAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { publishVersion } from "../collab/store/document-channel.ts";
import { lockActiveDocument } from "../metadata.ts";
import { readComment, readCommentRow } from "./columns.ts";
import { logComment } from "./log-comment.ts";
import { findMentions } from "./mentions.ts";
import { consumeMentionLimit, notifyMentioned } from "./notify.ts";

/**
 * Changes a comment of the caller. Newly mentioned members receive an email.
 *
 * @throws AppError NOT_FOUND for a comment of another document; NOT_AUTHOR; LIMIT_REACHED; RATE_LIMITED.
 */
export async function updateComment(
  ctx: Context,
  access: DocumentAccess<"comment.update">,
  { id, body }: Pick<CommentUpdateInput, "id" | "body">,
): Promise<Comment> {
  const { document, caller } = access;
  await consumeMentionLimit(ctx, caller.userId, body);
  const updated = await mutateWorkspace(ctx, "comment.update", access, async ({ tx, workspaceId }) => {
    await lockActiveDocument(tx, document.id);
    const { threadId, authorId, mentions } = await readCommentRow(tx, document.id, id);
    if (authorId !== caller.userId) throw new AppError("NOT_AUTHOR");

    const logged = { event: "updated" as const, threadId, commentId: id };
    const version = await logComment(tx, document.id, logged, caller.userId);
    const mentioned = await findMentions(tx, workspaceId, body);
    const editedAt = ctx.clock.now().toISOString();
    await tx
      .update(comments)
      .set({ body, editedAt, mentions: mentioned.map((person) => person.id) })
      .where(eq(comments.id, id));
    const newlyMentioned = mentioned.filter((person) => !mentions.includes(person.id));
    return { version, mentioned: newlyMentioned, comment: await readComment(tx, id) };
  });
  publishVersion(ctx, document.id, updated.version);
  await notifyMentioned(ctx, access, updated);
  return updated.comment;
}
