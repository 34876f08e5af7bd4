import type { Comment, Person } from "@mdreader/contract";
import { comments, type Executor, users } from "@mdreader/db";
import { and, eq, sql } from "drizzle-orm";

import { AppError } from "../../errors.ts";
import { toPerson, type PersonRow, isVisibleUser } from "../../workspace/person.ts";

/** The columns of a `Comment`. */
const commentColumns = {
  id: comments.id,
  threadId: comments.threadId,
  body: comments.body,
  userId: comments.authorId,
  username: users.username,
  fullName: users.fullName,
  mentions: sql<Person[]>`(
    select coalesce(json_agg(json_build_object(
      'id', mentioned.id, 'username', mentioned.username, 'fullName', mentioned.full_name
    ) order by mentioned.id), '[]')
    from users mentioned where mentioned.id = any(${comments.mentions}) and mentioned.deleted_at is null)`.as(
    "mentioned",
  ),
  createdAt: comments.createdAt,
  editedAt: comments.editedAt,
};

/** Selects comments with their authors. Callers add conditions. */
export function selectComments(db: Executor) {
  return db
    .select(commentColumns)
    .from(comments)
    .leftJoin(users, isVisibleUser(comments.authorId))
    .$dynamic();
}

export type CommentRow = Omit<Comment, "author"> & PersonRow;

export function toComment({ userId, username, fullName, ...comment }: CommentRow): Comment {
  return { ...comment, author: toPerson({ userId, username, fullName }) };
}

/** Reads a comment's row. @throws AppError NOT_FOUND for a comment of another document. */
export async function readCommentRow(db: Executor, documentId: string, id: string) {
  const [row] = await db
    .select({ threadId: comments.threadId, authorId: comments.authorId, mentions: comments.mentions })
    .from(comments)
    .where(and(eq(comments.id, id), eq(comments.documentId, documentId)));
  if (row === undefined) throw new AppError("NOT_FOUND");
  return row;
}

/** Reads a comment with its author. @throws AppError NOT_FOUND */
export async function readComment(db: Executor, id: string): Promise<Comment> {
  const [row] = await selectComments(db).where(eq(comments.id, id));
  if (row === undefined) throw new AppError("NOT_FOUND");
  return toComment(row);
}
