import type { Comment, CommentCreateInput } from "@mdreader/contract";
import { comments, commentThreads, createId, type StoredAnchor, type Tx } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { DocumentAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { publishVersion } from "../collab/store/document-channel.ts";
import { lockActiveDocument } from "../metadata.ts";
import { readComment } from "./columns.ts";
import { createAnchor } from "./locate.ts";
import { logComment } from "./log-comment.ts";
import { findMentions } from "./mentions.ts";
import { consumeMentionLimit, notifyMentioned } from "./notify.ts";

/** Maximum number of threads per document, and of comments per thread. */
const maxThreads = 1000;
const maxComments = 500;

/**
 * Replies in a thread, or starts one, about a passage or about the whole document. Mentioned members receive an
 * email.
 *
 * @throws AppError ANCHOR_NOT_FOUND, VERSION_CONFLICT for the passage; NOT_FOUND for a thread of another document;
 *   LIMIT_REACHED; RATE_LIMITED.
 */
export async function createComment(
  ctx: Context,
  access: DocumentAccess<"comment.create">,
  { body, threadId, anchor }: Pick<CommentCreateInput, "body" | "threadId" | "anchor">,
): Promise<Comment> {
  const { document, caller } = access;
  await consumeMentionLimit(ctx, caller.userId, body);
  const storedAnchor = anchor === undefined ? null : await createAnchor(ctx, document.id, anchor);

  const id = createId();
  const thread = { id: threadId ?? id, documentId: document.id };
  const created = await mutateWorkspace(ctx, "comment.create", access, async ({ tx, workspaceId, emit }) => {
    await lockActiveDocument(tx, document.id);
    const logged = { event: "created" as const, threadId: thread.id, commentId: id };
    const version = await logComment(tx, document.id, logged, caller.userId);
    if (threadId === undefined) await createThread(tx, { ...thread, workspaceId, anchor: storedAnchor });
    else await assertThreadCapacity(tx, thread);
    const mentioned = await findMentions(tx, workspaceId, body);
    const mentions = mentioned.map((person) => person.id);
    await tx.insert(comments).values({
      id,
      threadId: thread.id,
      documentId: document.id,
      authorId: caller.userId,
      body,
      mentions,
    });
    emit({ kind: "comment.created", subjectId: document.id, subjectName: document.title });
    return { version, mentioned, comment: await readComment(tx, id) };
  });
  const { comment, mentioned, version } = created;
  publishVersion(ctx, document.id, version);
  await notifyMentioned(ctx, access, { comment, mentioned });
  return comment;
}

/** A thread has the id of its first comment. */
async function createThread(
  tx: Tx,
  thread: { id: string; documentId: string; workspaceId: string; anchor: StoredAnchor | null },
): Promise<void> {
  const inDocument = eq(commentThreads.documentId, thread.documentId);
  if ((await tx.$count(commentThreads, inDocument)) >= maxThreads) throw new AppError("LIMIT_REACHED");
  await tx.insert(commentThreads).values(thread);
}

async function assertThreadCapacity(
  tx: Tx,
  { id, documentId }: { id: string; documentId: string },
): Promise<void> {
  const inThread = and(eq(comments.threadId, id), eq(comments.documentId, documentId));
  const count = await tx.$count(comments, inThread);
  // A thread without comments does not exist.
  if (count === 0) throw new AppError("NOT_FOUND");
  if (count >= maxComments) throw new AppError("LIMIT_REACHED");
}
